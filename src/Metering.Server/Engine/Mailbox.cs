namespace Metering.Server.Engine;

/// <summary>A bounded queue with many senders and one receiving thread, which takes what has queued in one go.</summary>
/// <typeparam name="T">What is sent.</typeparam>
/// <param name="capacity">Most items that may wait.</param>
internal sealed class Mailbox<T>(int capacity)
{
    // A Monitor, and not a Lock, because the receiver waits on it.
    private readonly object _gate = new();
    private readonly Queue<T> _items = new();
    private bool _closed;
    private bool _woken;
    private bool _waiting;

    /// <summary>How many items wait.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _items.Count;
            }
        }
    }

    /// <summary>Sends an item; false when the mailbox is full or closed.</summary>
    internal bool TryPost(T item) => TryPost([item]);

    /// <summary>Sends items that stay together, all or none; false when the mailbox is full or closed.</summary>
    // The last ones may pass the capacity: a list that is longer than it would otherwise never be taken.
    internal bool TryPost(ReadOnlySpan<T> items)
    {
        lock (_gate)
        {
            if (_closed || _items.Count >= capacity)
            {
                // To a sender a closed mailbox is like a full one: busy, and the same key may be sent again.
                return false;
            }

            foreach (var item in items)
            {
                _items.Enqueue(item);
            }

            // Only the first item after a wait wakes the receiver; a pulse for each would cost every sender.
            if (_waiting)
            {
                _waiting = false;
                Monitor.Pulse(_gate);
            }

            return true;
        }
    }

    /// <summary>Lets the receiver run once though there may be nothing for it.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Accepts nothing more. The receiver gets what has queued, and a wake that came before, then the end.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits for items (or a wake) and takes them in order.</summary>
    /// <param name="into">Where to; cleared first.</param>
    /// <param name="most">Most items to take.</param>
    /// <returns>False when the mailbox is closed and empty, and nobody woke the receiver.</returns>
    internal bool Drain(List<T> into, int most)
    {
        into.Clear();
        lock (_gate)
        {
            while (_items.Count == 0 && !_closed && !_woken)
            {
                _waiting = true;
                Monitor.Wait(_gate);
            }

            var woken = _woken;
            _waiting = false;
            _woken = false;
            while (into.Count < most && _items.TryDequeue(out var item))
            {
                into.Add(item);
            }

            return into.Count > 0 || woken || !_closed;
        }
    }
}
