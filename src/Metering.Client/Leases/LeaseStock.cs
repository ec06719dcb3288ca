namespace Metering.Client;

/// <summary>
/// The units that were leased and not spent yet. They are spent in memory, from those that the journal has marked; everything else is
/// done under one lock.
/// </summary>
internal sealed class LeaseStock : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LeaseJournal _journal;
    private readonly TimeProvider _clock;
    private readonly List<HeldLease> _leases;
    private readonly MarkedUnits _units;
    private readonly ChunkSize _chunk;
    private bool _unsaved;
    private bool _disposed;

    /// <summary>Takes over what the journal has. All that was marked counts as spent, whether it was or not.</summary>
    /// <exception cref="MeteringException">The journal can't be written.</exception>
    public LeaseStock(LeaseJournal journal, TimeProvider clock)
    {
        (_journal, _clock, _leases) = (journal, clock, journal.Notes.Leases);
        (_units, _chunk) = (new MarkedUnits(clock), new ChunkSize(clock));
        Asked = journal.Notes.Asked;
        foreach (var lease in _leases)
        {
            lease.Spent = lease.Marked;
            lease.SetDeadline(_clock);
            _chunk.Suit(lease.Amount);
        }

        // Now, because only now is it known that it was spent before the crash.
        MakeSteps(lease => lease.MarkedAt);
        SetDeadline();
    }

    /// <summary>The request for a lease whose answer has not come.</summary>
    public AskedLease? Asked { get; private set; }

    /// <summary>Units that can be spent without asking the meter.</summary>
    public long Rest
    {
        get
        {
            lock (_gate)
            {
                EndOverdue();
                return _units.Left + Live.Sum(lease => lease.Amount - lease.Marked);
            }
        }
    }

    /// <summary>How many leases wait to be closed.</summary>
    public int EndedCount
    {
        get
        {
            lock (_gate)
            {
                EndOverdue();
                return _leases.Count(lease => lease.Ended);
            }
        }
    }

    /// <summary>What the journal had when it was opened. Only to be looked at before anything is spent.</summary>
    public IReadOnlyList<HeldLease> Kept => [.. _leases];

    private IEnumerable<HeldLease> Live => _leases.Where(lease => !lease.Ended);

    /// <summary>Spends units, if they are marked.</summary>
    /// <param name="amount">Units, above zero.</param>
    /// <param name="low">Whether it is time to mark more.</param>
    public bool TrySpend(long amount, out bool low) => _units.TrySpend(amount, out low);

    /// <summary>Marks what is needed, and spends it.</summary>
    /// <returns>Whether the leases had so much.</returns>
    /// <exception cref="MeteringException">The journal can't be written. Nothing was spent.</exception>
    public bool MarkAndSpend(long amount)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(LeasedMeter));
            EndOverdue();
            do
            {
                if (_units.TrySpend(amount, out _))
                {
                    return true;
                }
            }
            while (Mark(amount));
            return false;
        }
    }

    /// <summary>Marks the next chunk before it is needed.</summary>
    /// <exception cref="MeteringException">The journal can't be written.</exception>
    public void MarkAhead()
    {
        lock (_gate)
        {
            EndOverdue();
            if (!_disposed && _units.IsLow)
            {
                Mark(needed: 1);
            }
        }
    }

    /// <summary>Notes that a lease is about to be asked for.</summary>
    /// <exception cref="MeteringException">The journal can't be written.</exception>
    public void Ask(AskedLease? asked)
    {
        lock (_gate)
        {
            _journal.Save(asked, _leases);
            Asked = asked;
        }
    }

    /// <summary>Takes a lease over, in place of the request for it.</summary>
    /// <exception cref="MeteringException">The journal can't be written.</exception>
    public void Add(HeldLease lease)
    {
        lock (_gate)
        {
            lease.SetDeadline(_clock);
            // In this order: a request whose lease could not be noted is made again, and must not add the lease a second time.
            _journal.Save(asked: null, [.. _leases, lease]);
            _leases.Add(lease);
            Asked = null;
            _chunk.Suit(lease.Amount);
            SetDeadline();
        }
    }

    /// <summary>The latest lease that is spent from, with how much of it was; null when there is none.</summary>
    public HeldLease? Latest()
    {
        lock (_gate)
        {
            EndOverdue();
            LeaseSteps.Attribute(_leases, _units.Left);
            return Live.LastOrDefault();
        }
    }

    /// <summary>Makes steps of what was spent since the last ones.</summary>
    /// <returns>What the meter is to be told.</returns>
    /// <exception cref="MeteringException">The journal can't be written.</exception>
    public IReadOnlyList<LeaseReport> MakeSteps()
    {
        lock (_gate)
        {
            EndOverdue();
            LeaseSteps.Attribute(_leases, _units.Left);
            Live.Where(lease => lease.Spent == lease.Amount).ToList().ForEach(EndNow);
            var now = _clock.GetUtcNow();
            MakeSteps(_ => now);
            return [.. _leases.Where(lease => lease.Steps.Count > 0 || lease.Ended)
                .Select(lease => new LeaseReport(lease, [.. lease.Steps], lease.Ended))];
        }
    }

    /// <summary>Notes that the meter has been told, and whether it has closed or forgotten the lease.</summary>
    /// <exception cref="MeteringException">The journal can't be written; the meter will be told again, and count it once.</exception>
    public void Told(LeaseReport report, bool closed)
    {
        lock (_gate)
        {
            report.Lease.Steps.RemoveAll(report.Steps.Contains);
            if (closed)
            {
                // The meter may have forgotten a lease that is still spent from. What was spent since is told as well, and then it goes.
                EndNow(report.Lease);
                _leases.RemoveAll(lease => lease == report.Lease && lease.Steps.Count == 0 && lease.Spent == lease.Told);
            }

            Save();
        }
    }

    /// <summary>Spends no more from a lease that turned out not to be what it says.</summary>
    /// <exception cref="MeteringException">The journal can't be written.</exception>
    public void End(HeldLease lease)
    {
        lock (_gate)
        {
            EndNow(lease);
            Save();
        }
    }

    /// <summary>Spends no more from any lease. They stay as they are, so that the next process can go on with them.</summary>
    /// <exception cref="MeteringException">The journal can't be written; what was marked will count as spent.</exception>
    public void Stop()
    {
        lock (_gate)
        {
            _disposed = true;
            LeaseSteps.Attribute(_leases, _units.TakeAll());
            foreach (var lease in Live)
            {
                lease.Marked = lease.Spent;
            }

            Save();
        }
    }

    /// <summary>Ends all leases, so that they are closed.</summary>
    /// <exception cref="MeteringException">The journal can't be written.</exception>
    public void EndAll()
    {
        lock (_gate)
        {
            _leases.ForEach(EndNow);
            Save();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    // Saved before the meter is told, if not now then at the next try: a step that is repeated must have the same id.
    private void MakeSteps(Func<HeldLease, DateTimeOffset> at)
    {
        if (LeaseSteps.Make(_leases, at) || _unsaved)
        {
            Save();
        }
    }

    private void Save()
    {
        _unsaved = true;
        _journal.Save(Asked, _leases);
        _unsaved = false;
    }

    private bool Mark(long needed)
    {
        if (Live.FirstOrDefault(lease => lease.Marked < lease.Amount) is not { } lease)
        {
            return false;
        }

        var chunk = _chunk.Next(lease.Amount);
        var units = Math.Min(lease.Amount - lease.Marked, Math.Max(chunk, needed));
        var before = (lease.Marked, lease.MarkedAt);
        (lease.Marked, lease.MarkedAt) = (lease.Marked + units, _clock.GetUtcNow());
        try
        {
            Save();
        }
        catch (MeteringException)
        {
            (lease.Marked, lease.MarkedAt) = before;
            throw;
        }

        _units.Add(units, low: chunk / 2);
        return true;
    }

    private void EndOverdue() => Live.Where(lease => lease.Left(_clock) <= TimeSpan.Zero).ToList().ForEach(EndNow);

    // For this moment nobody spends: whoever tries finds nothing, and waits for the lock.
    private void EndNow(HeldLease lease)
    {
        if (lease.Ended)
        {
            return;
        }

        var left = _units.TakeAll();
        LeaseSteps.Attribute(_leases, left);
        left -= lease.Marked - lease.Spent;
        lease.Marked = lease.Spent;
        lease.Ended = true;
        _units.Return(left);
        SetDeadline();
    }

    private void SetDeadline() => _units.SpendUntil(
        Live.Select(lease => lease.SpendUntil).DefaultIfEmpty(long.MinValue).Min(),
        Live.Select(lease => lease.EndsAt).DefaultIfEmpty(DateTimeOffset.MinValue).Min());
}
