namespace Metering.Api.Tests.Memory;

/// <summary>Directory, request memory and dead letters in memory.</summary>
internal sealed class MemoryDirectory(IMeterClock clock) : ILicenseDirectory, IRequestMemory, IDeadLetters
{
    private readonly Lock _turn = new();
    private readonly SortedDictionary<string, LicenseRecord> _licenses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LicenseFeatures> _features = [];
    private readonly Dictionary<string, (DateTimeOffset At, RememberedRequest Request)> _requests = [];
    private readonly SortedDictionary<string, DeadLetter> _letters = new(StringComparer.Ordinal);

    /// <summary>Thrown by the next <see cref="AddAsync(LicenseRecord, CancellationToken)"/>; null: none.</summary>
    public Exception? AddFault { get; set; }

    /// <summary>Thrown when this license is looked up by its id; null: none.</summary>
    public (string LicenseId, Exception Fault)? FindFault { get; set; }

    /// <summary>Thrown by the next note of features; null: none.</summary>
    public Exception? NoteFault { get; set; }

    /// <summary>Thrown when dead letters are added; null: none.</summary>
    public Exception? LetterFault { get; set; }

    /// <summary>Thrown once when an answer is remembered whose key ends so; null: none.</summary>
    public (string KeyEnd, Exception Fault)? RememberFault { get; set; }

    /// <summary>Whether a change is made again on what it has made itself.</summary>
    public bool RepeatsOwnChange { get; set; }

    public int KeyLookUps { get; private set; }

    /// <summary>Runs when a license was found by its key, before its finder is told; null: nothing does.</summary>
    public Func<Task>? AfterKeyLookUp { get; set; }

    public IReadOnlyList<RememberedRequest> Remembered => [.. _requests.Values.Select(kept => kept.Request)];

    public async ValueTask<LicenseRecord> AddAsync(
        LicenseRecord license, LicenseFeatures features, KeyedAnswer? answer, CancellationToken cancellationToken)
    {
        await NoteFeaturesAsync(features, cancellationToken);
        var added = await AddAsync(license, cancellationToken);
        if (answer is not null && ReferenceEquals(added, license))
        {
            await RememberAsync(answer.Key, answer.Answer, cancellationToken);
        }

        return added;
    }

    public ValueTask<LicenseRecord> AddAsync(LicenseRecord license, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            if (AddFault is { } fault)
            {
                AddFault = null;
                throw fault;
            }

            _licenses.TryAdd(license.Id, license);
            return ValueTask.FromResult(_licenses[license.Id]);
        }
    }

    public ValueTask<LicenseRecord?> ChangeAsync(
        string licenseId, Func<LicenseRecord, LicenseRecord> change, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            if (_licenses.TryGetValue(licenseId, out var before))
            {
                // Twice, as a store may when another change came first; or when it does not know that its own has been made.
                var first = change(before);
                _licenses[licenseId] = change(RepeatsOwnChange ? first : before);
            }

            return ValueTask.FromResult(_licenses.GetValueOrDefault(licenseId));
        }
    }

    public ValueTask<LicenseRecord?> FindAsync(string licenseId, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            return FindFault?.LicenseId == licenseId
                ? throw FindFault.Value.Fault
                : ValueTask.FromResult(_licenses.GetValueOrDefault(licenseId));
        }
    }

    public async ValueTask<string?> FindByKeyHashAsync(string keyHash, CancellationToken cancellationToken)
    {
        string? found;
        lock (_turn)
        {
            KeyLookUps++;
            found = _licenses.Values.FirstOrDefault(license => license.KeyHash == keyHash && !license.Deleted)?.Id;
        }

        if (AfterKeyLookUp is { } then)
        {
            await then();
        }

        return found;
    }

    ValueTask<Page<ListedLicense>> ILicenseDirectory.ListAsync(
        string? tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            var licenses = _licenses.Values.Where(license => !license.Deleted && (tenantId is null || license.TenantId == tenantId));
            var listed = licenses.Select(license => ListedLicense.Of(license, standing: null));
            return ValueTask.FromResult(Part($"licenses {tenantId}", listed, license => license.Id, cursor, limit));
        }
    }

    public int HolderLookUps { get; private set; }

    public ValueTask<IReadOnlyList<LicenseRecord>> WalkAsync(
        string? tenantId, string? afterId, int limit, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            return ValueTask.FromResult<IReadOnlyList<LicenseRecord>>(
            [
                .. _licenses.Values.Where(one => tenantId is null || one.TenantId == tenantId)
                    .Where(one => string.CompareOrdinal(one.Id, afterId) > 0).Take(limit),
            ]);
        }
    }

    public ValueTask NoteFeaturesAsync(LicenseFeatures features, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            if (NoteFault is { } fault)
            {
                NoteFault = null;
                throw fault;
            }

            var known = _features.GetValueOrDefault(features.LicenseId);
            if (known is null || known.Sequence <= features.Sequence)
            {
                _features[features.LicenseId] = known is null
                    ? features
                    : features with { Features = known.Features.SetItems(features.Features) };
            }

            return ValueTask.CompletedTask;
        }
    }

    public ValueTask<IReadOnlyList<MetricHolder>> HoldersAsync(
        string tenantId, string featureCode, bool haveNow, int most, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            HolderLookUps++;
            return ValueTask.FromResult<IReadOnlyList<MetricHolder>>(
                [.. _features.Values.Where(license => license.TenantId == tenantId && license.Features.ContainsKey(featureCode))
                    .OrderBy(license => license.CreatedAt).ThenBy(license => license.LicenseId, StringComparer.Ordinal)
                    .Select(license => new MetricHolder(license.LicenseId, license.CreatedAt, license.Features[featureCode]))
                    .Where(holder => !haveNow || holder.HasNow).Take(most)]);
        }
    }

    /// <summary>Forgets the answers to management calls, as if their host had ended before it could keep them.</summary>
    public void ForgetAnswers()
    {
        lock (_turn)
        {
            foreach (var key in
                _requests.Where(request => request.Value.Request.Body.StartsWith('{')).Select(request => request.Key).ToList())
            {
                _requests.Remove(key);
            }
        }
    }

    /// <summary>Forgets all that is remembered of management calls.</summary>
    public void ForgetRequests()
    {
        lock (_turn)
        {
            _requests.Clear();
        }
    }

    public ValueTask<RememberedRequest?> FindRequestAsync(string key)
    {
        lock (_turn)
        {
            return ValueTask.FromResult(
                _requests.TryGetValue(key, out var kept) && kept.At + MeterRules.Default.IdempotencyMemory > clock.UtcNow ? kept.Request
                    : null);
        }
    }

    ValueTask<RememberedRequest?> IRequestMemory.FindAsync(string key, CancellationToken cancellationToken) => FindRequestAsync(key);

    public ValueTask<RememberedRequest> RememberAsync(string key, RememberedRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_turn)
        {
            if (_requests.TryGetValue(key, out var kept) && kept.At + MeterRules.Default.IdempotencyMemory <= clock.UtcNow)
            {
                _requests.Remove(key);
            }

            if (RememberFault is { } fault && key.EndsWith(fault.KeyEnd, StringComparison.Ordinal))
            {
                RememberFault = null;
                throw fault.Fault;
            }

            _requests.TryAdd(key, (clock.UtcNow, request));
            return ValueTask.FromResult(_requests[key].Request);
        }
    }

    public ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            if (LetterFault is not null)
            {
                throw LetterFault;
            }

            foreach (var letter in letters)
            {
                _letters.TryAdd(letter.Id, letter);
            }

            return ValueTask.CompletedTask;
        }
    }

    ValueTask<Page<DeadLetter>> IDeadLetters.ListAsync(
        DeadLetterKind kind, string? cursor, int limit, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            return ValueTask.FromResult(Part("dead letters", _letters.Values.Where(kind.Has), letter => letter.Id, cursor, limit));
        }
    }

    ValueTask<int> IDeadLetters.CountAsync(int most, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            return ValueTask.FromResult(Math.Min(most, _letters.Count));
        }
    }

    ValueTask<DeadLetter?> IDeadLetters.FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            return ValueTask.FromResult(_letters.GetValueOrDefault(id));
        }
    }

    public ValueTask RemoveAsync(string id, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            _letters.Remove(id);
            return ValueTask.CompletedTask;
        }
    }

    private static Page<T> Part<T>(string list, IEnumerable<T> items, Func<T, string> key, string? cursor, int limit)
    {
        var after = cursor is null ? "" : PageCursor.Read(list, cursor);
        var part = items.Where(item => string.CompareOrdinal(key(item), after) > 0).Take(limit + 1).ToList();
        return part.Count > limit ? new Page<T>(part[..limit], PageCursor.After(list, key(part[limit - 1]))) : new Page<T>(part, null);
    }
}
