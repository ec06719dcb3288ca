using System.Collections.Immutable;

namespace Metering.Api;

/// <summary>Why a request was not done, as a problem document (RFC 9457).</summary>
/// <param name="Code">The code; its status and title are in <see cref="ProblemCode"/>.</param>
/// <param name="Detail">Why, for people.</param>
public sealed record Problem(string Code, string Detail)
{
    /// <summary>The HTTP status of the answer.</summary>
    public int Status { get; init; } = ProblemCode.StatusOf(Code);

    /// <summary>The fields at fault.</summary>
    public ImmutableArray<FieldError> Errors { get; init; } = [];

    /// <summary>How the feature stands, where a use was refused.</summary>
    public UsageAnswer? Usage { get; init; }

    /// <summary>How the machines stand, where one was refused.</summary>
    public CoreTotals? Cores { get; init; }

    /// <summary>The id that an event was given, where the caller gave none: the same event sent with it counts once.</summary>
    public string? EventId { get; init; }

    /// <summary>In how many seconds the request may succeed.</summary>
    public long? RetryAfterSeconds { get; init; }

    /// <summary>The methods that the route takes.</summary>
    public string? Allow { get; init; }

    /// <summary>The codings that a body may have, where its <c>Content-Encoding</c> is not taken.</summary>
    public string? AcceptEncoding { get; init; }

    /// <summary>A problem with one field.</summary>
    public static Problem Field(string pointer, string detail) =>
        new(RefusalCode.InvalidRequest, "A field is not valid.") { Errors = [new FieldError(pointer, detail)] };

    /// <summary>There is no such license.</summary>
    public static Problem NoLicense(string licenseId) =>
        new(RefusalCode.LicenseNotFound, $"There is no license {licenseId}.");
}
