using System.Globalization;

namespace Metering.Api;

/// <summary>Writes terms in their document form: what was read from it reads back as the same terms.</summary>
internal static class TermsWriting
{
    public static TermsDocument ToDocument(Terms terms) => Fill(new TermsDocument(), terms);

    /// <summary>A document of a more special kind, with the terms in it.</summary>
    public static T Fill<T>(T document, Terms terms)
        where T : TermsDocument =>
        (T)(document with
        {
            Limit = terms.Limit,
            Reset = ToDocument(terms.Reset),
            // Left out where it is the default: read back, absent means the same.
            OverLimit = terms.OverLimit == Policy.Deny ? null : EnumNames.Of(terms.OverLimit),
            Rollover = terms.RolloverMax is { } most ? new RolloverDocument { Max = most } : null,
            Tiers = terms.Tiers.IsEmpty ? null : [.. terms.Tiers.Select(ToDocument)],
            Price = terms.PriceUnit is { } unit ? new PriceDocument { Unit = unit } : null,
            FirstReading = terms.FirstReading == FirstReading.Counts ? null : EnumNames.Of(terms.FirstReading),
        });

    /// <summary>A tier in its document form.</summary>
    public static TierDocument ToDocument(Tier tier) => new()
    {
        From = tier.From,
        Level = EnumNames.Of(tier.Level),
        Policy = EnumNames.Of(tier.Policy),
        // Zero is written where the policy needs a grace: the document must be accepted when it is put back.
        Grace = tier.Grace == 0 && tier.Policy != Policy.AllowWithGrace ? null : tier.Grace,
        Rate = tier.Rate is null
            ? null
            : new RateDocument { Amount = tier.Rate.Amount, Per = EnumNames.Of(tier.Rate.Per), Burst = tier.Rate.Burst },
        UnitPrice = tier.UnitPrice == 0 ? null : tier.UnitPrice,
        BasePrice = tier.BasePrice == 0 ? null : tier.BasePrice,
        Resumes = tier.ResumesNextPeriod ? "next_period" : null,
    };

    private static ResetDocument? ToDocument(Reset reset) => reset == Reset.Never
        ? null
        : new ResetDocument
        {
            Interval = EnumNames.Of(reset.Interval),
            Anchor = reset.Anchor switch
            {
                AnchorKind.Calendar => "calendar",
                AnchorKind.At => reset.AnchorAt!.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture),
                _ => null,
            },
            TimeZone = reset.TimeZone,
        };
}
