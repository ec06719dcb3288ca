using System.Globalization;

namespace Metering;

/// <summary>Refusals in words: which tier refuses by which policy, and how use stands. Built only when something is refused.</summary>
internal static class RefusalText
{
    /// <summary>A tier that lets nothing, or nothing more, through.</summary>
    public static string Refused(ResolvedTier refusing, string does, MeterState meter, decimal amount)
    {
        var allowance = Allowance.Total(meter) is { } total ? $" of {Amount.Format(total)}" : "";
        var held = meter.Held > 0 ? $", {Amount.Format(meter.Held)} held" : "";

        // In no culture's form: the text also stands in ledger entries, whose bytes must be the same on every machine.
        return $"{Name(refusing)} {does}: {Amount.Format(meter.Used)}{allowance} used{held}, {Amount.Format(amount)} asked for.";
    }

    /// <summary>A rate that is used up for now.</summary>
    public static string Rate(ResolvedTier refusing, Rate rate, long seconds) =>
        $"{Name(refusing)} limits the rate to {Words(rate)}, which is used up for now. Try again in {seconds} s.";

    /// <summary>An amount that the rate can never give at once.</summary>
    public static string Burst(ResolvedTier refusing, Rate rate, decimal units) =>
        $"{Name(refusing)} limits the rate to {Words(rate)}: {Amount.Format(units)} at once can never pass. Ask for less at a time.";

    /// <summary>Use that an earlier refusal has suspended.</summary>
    public static string Suspended(MeterState meter) => meter.ResumesNextPeriod
        ? "Use of this feature is suspended until the next period, or until it is resumed."
        : "Use of this feature is suspended until it is resumed.";

    /// <summary>A refusal with the time from which on the use would pass.</summary>
    public static string From(string detail, DateTimeOffset at) =>
        $"{detail} It may pass from {at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)} on.";

    // Without a bit it is no tier that the terms give, and nobody would know it by where it begins.
    private static string Name(ResolvedTier refusing) => refusing.Bit == 0 ? "The limit" : $"The tier from {refusing.Tier.From}";

    private static string Words(Rate rate) =>
        $"{Amount.Format(rate.Amount)} per {EnumNames.Of(rate.Per)}, and its burst is {Amount.Format(rate.Burst)}";
}
