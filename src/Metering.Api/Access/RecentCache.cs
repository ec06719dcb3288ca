using System.Collections.Concurrent;

namespace Metering.Api;

/// <summary>
/// Remembers what was looked up recently, in bounded memory: two generations, of which the older is dropped when the younger is full. What
/// is asked for again moves to the younger. After a while an entry is too old, so that another instance's change is seen.
/// </summary>
internal sealed class RecentCache<TKey, TValue>(int size, TimeSpan age)
    where TKey : notnull
    where TValue : class
{
    private readonly int _generationSize = Math.Max(1, size / 2);
    private readonly long _age = (long)age.TotalMilliseconds;
    // For the change of generations in this process's own memory. No stored thing depends on it, so on Azure each instance may have its
    // own.
    private readonly Lock _turn = new();
    private ConcurrentDictionary<TKey, Entry> _young = new();
    private ConcurrentDictionary<TKey, Entry> _old = new();
    private int _count;

    public int Count => _young.Count + _old.Count;

    /// <summary>Whether something is remembered and not too old.</summary>
    /// <param name="key">What was looked up.</param>
    /// <param name="value">What was found then, also where that is too old; null where nothing is remembered.</param>
    public bool TryGet(TKey key, out TValue? value)
    {
        if (!_young.TryGetValue(key, out var entry))
        {
            if (!TryMove(key, out entry))
            {
                value = null;
                return false;
            }
        }

        value = entry.Value;
        return Environment.TickCount64 < entry.Until;
    }

    // The process's own steady time. The meter's clock may stand still in tests, and a clock that is set back would keep entries for too
    // long.
    public void Set(TKey key, TValue value) => Set(key, value, Environment.TickCount64);

    /// <summary>Remembers what was looked up; its time runs from when the look-up began, or a slow one would add to it.</summary>
    /// <param name="key">What was looked up.</param>
    /// <param name="value">What was found.</param>
    /// <param name="begun">When it began, by <see cref="Environment.TickCount64"/>.</param>
    public void Set(TKey key, TValue value, long begun) => Put(key, new Entry(value, begun + _age));

    public void Remove(TKey key)
    {
        // While nobody moves it from one generation to the other, or what was forgotten here would be there again.
        lock (_turn)
        {
            _young.TryRemove(key, out _);
            _old.TryRemove(key, out _);
        }
    }

    private bool TryMove(TKey key, out Entry entry)
    {
        lock (_turn)
        {
            if (!_old.TryGetValue(key, out entry))
            {
                return _young.TryGetValue(key, out entry);
            }

            // With its old time: a key that is asked for without end is looked up anew all the same, or another instance's change would
            // never be seen.
            Put(key, entry);
            return true;
        }
    }

    private void Put(TKey key, Entry entry)
    {
        if (!_young.TryAdd(key, entry))
        {
            // It takes no more room than before, so it does not count towards the change of generations.
            _young[key] = entry;
            return;
        }

        if (Interlocked.Increment(ref _count) < _generationSize)
        {
            return;
        }

        lock (_turn)
        {
            // Asked again inside the lock: another thread may have changed the generations while this one waited for it.
            if (_count >= _generationSize)
            {
                // In this order every entry is in sight at all times: between the two lines the same generation is both.
                _old = _young;
                _young = new ConcurrentDictionary<TKey, Entry>();
                _count = 0;
            }
        }
    }

    private readonly record struct Entry(TValue Value, long Until);
}
