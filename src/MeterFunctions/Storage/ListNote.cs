using Metering;

namespace MeterFunctions.Storage;

/// <summary>What is to be noted for lists: the license's record, its state, or both.</summary>
internal sealed record ListNote
{
    /// <summary>What the directory says of the license; null: as it was noted.</summary>
    public LicenseRecord? License { get; init; }

    /// <summary>The number of the record's last change (<see cref="TableLicenseDirectory"/>); of two notes the higher one is newer.</summary>
    public long Revision { get; init; }

    /// <summary>Its state; null: as it was noted. Of two notes the one with the higher sequence number is newer.</summary>
    public LicenseState? State { get; init; }
}
