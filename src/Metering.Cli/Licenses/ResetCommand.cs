using System.CommandLine;
using Metering.Cli.Output;
using Metering.Cli.Runs;
using Metering.Client.Admin;

namespace Metering.Cli.Licenses;

/// <summary>Counting anew.</summary>
internal static class ResetCommand
{
    private static readonly Argument<string> License = LicenseOptions.License;
    private static readonly Option<string> Feature = new("--feature") { Description = "Only this feature (default: every metered one).", HelpName = "code" };
    private static readonly Option<bool> NewAnchor = new("--new-anchor") { Description = "Start the periods from now instead of the old anchor." };
    private static readonly Option<bool> Yes = LicenseOptions.Yes;
    private static readonly Option<string> Reason = LicenseOptions.Reason;
    private static readonly Option<string> Reference = LicenseOptions.Reference;
    private static readonly Option<string> Key = LicenseOptions.Key;

    public static Command Create() => new Command("reset", "Resets the usage of a license to zero. The ledger keeps what was used.")
        .With(License, Feature, NewAnchor, Yes, Reason, Reference, Key)
        .Does(ResetAsync);

    private static async Task ResetAsync(Session session, CancellationToken stop)
    {
        var (license, feature) = (session.Value(License), session.Value(Feature));
        session.Confirm(session.Value(Yes), $"Set {feature ?? "every metered feature"} of {license} to zero?");
        var answer = await session.Admin.Usage.ResetAsync(
            license,
            new UsageReset
            {
                FeatureCode = feature,
                KeepAnchor = session.Value(NewAnchor) ? false : null,
                Reason = session.Value(Reason),
                Reference = session.Value(Reference),
            },
            session.Value(Key),
            stop).ConfigureAwait(false);
        session.Screen.Answer(answer, _ => session.Screen.Say($"Reset {feature ?? "every metered feature"} of {license}."));
    }
}
