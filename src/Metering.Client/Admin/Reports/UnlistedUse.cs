namespace Metering.Client.Admin;

/// <summary>Use of a bucket by users who are not named in it.</summary>
public sealed record UnlistedUse
{
    /// <summary>Users beyond those that are listed.</summary>
    public int Users { get; init; }

    /// <summary>Units, of those users and of changes that name none.</summary>
    public decimal Total { get; init; }

    /// <summary>How many changes there were.</summary>
    public long Count { get; init; }
}
