using System.ComponentModel.DataAnnotations;

namespace Metering.Api;

/// <summary>Body of a plan's migration.</summary>
[Example("""{"from_version":1,"to_version":2}""")]
public sealed record MigrateRequest
{
    /// <summary>Only licenses on this version; on any other than <see cref="ToVersion"/> where it is absent.</summary>
    public int? FromVersion { get; init; }

    /// <summary>The version that licenses are moved to. Required.</summary>
    [Required]
    public int? ToVersion { get; init; }
}
