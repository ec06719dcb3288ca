using Metering.Tests.Reference;

namespace Metering.Server.Tests.Simulation;

/// <summary>A license whose use, prices and balance the reference meter counts too, in the order that the ledger says.</summary>
internal static class ByReference
{
    internal const string Unit = "USD";
    private const decimal Limit = 20;
    private static readonly Feature Calls = new() { Code = "calls" };

    private static readonly Terms Terms = new()
    {
        Limit = Limit,
        Reset = new Reset { Interval = Interval.Month, Anchor = AnchorKind.Calendar },
        PriceUnit = Unit,
        Tiers =
        [
            new Tier { UnitPrice = 0.5m },
            new Tier { From = new Threshold(60, true), Level = Level.Warning, UnitPrice = 0.25m, BasePrice = 2 },
            new Tier { From = new Threshold(100, true), Level = Level.OverUsage, Policy = Policy.AllowWithGrace, Grace = 5, UnitPrice = 1 },
        ],
    };

    internal static OpenLicense Open(string id) => new()
    {
        LicenseId = id,
        TenantId = "tenant_acme",
        Features = [new FeatureTerms(Calls, Terms)],
    };

    internal static Command Any(Random random, LicenseState? state, DateTimeOffset now) => random.Next(20) switch
    {
        _ when state is { Balances: [] } => new OpenBalance { Unit = Unit, Amount = 0 },
        0 => new AddGrant
        {
            FeatureCode = Calls.Code,
            Amount = random.Next(1, 9),
            Priority = random.Next(3),
            ExpiresAt = random.Next(3) == 0 ? null : now.AddHours(random.Next(1, 90)),
        },
        < 4 => new ChangeBalance { Unit = Unit, Change = BalanceChange.TopUp, Amount = random.Next(1, 12) },
        _ => new Consume { FeatureCode = Calls.Code, Given = random.Next(1, 6) * 0.5m },
    };

    /// <summary>Counts by hand what the ledger has, and compares with what the engine came to.</summary>
    internal static void Check(SimulatedLicense license)
    {
        if (license.State is not { Balances: [var balance] } state)
        {
            return;
        }

        var commands = new Dictionary<string, Command>(StringComparer.Ordinal);
        foreach (var call in license.Calls)
        {
            commands.TryAdd(call.Once!.Key!, call.Command);
        }

        var reference = new ReferenceMeter(Limit, Terms.Tiers, license.Entries[0].At);
        foreach (var (entry, _) in license.Commands)
        {
            reference.LetTimePass(entry.At);
            Play(reference, commands[entry.IdempotencyKey!], entry, license.Id);
        }

        reference.LetTimePass(state.LastSeen);
        var seen = LicenseMeter.Usage(state, state.LastSeen, MeterRules.Default)[0];
        var (counted, known) = (
            (reference.Used, reference.Overage, reference.Balance, reference.LevelAt(state.LastSeen)),
            (seen.Used, seen.Overage, balance.Amount, seen.Level));
        if (counted != known)
        {
            throw new FoundException($"{license.Id}: by hand it comes to {counted}, and the engine says {known}.");
        }
    }

    private static void Play(ReferenceMeter reference, Command command, LedgerEntry entry, string license)
    {
        switch (command)
        {
            case AddGrant grant:
                reference.Grant(entry.GrantId!, grant.Amount, grant.Priority, entry.At, grant.ExpiresAt ?? DateTimeOffset.MaxValue);
                break;
            case ChangeBalance change:
                reference.TopUp(change.Amount);
                break;
            case Consume consume:
                var (refusal, cost) = reference.Consume(consume.Given, entry.At);
                if (refusal is not null || cost != entry.Cost)
                {
                    throw new FoundException(
                        $"{license}: by hand entry {entry.Sequence} comes to {refusal ?? "a cost of "}{cost}, and the ledger says {entry.Cost}.");
                }

                break;
        }
    }
}
