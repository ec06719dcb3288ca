namespace Metering;

/// <summary>What came of adding a token.</summary>
public enum TokenAddition
{
    /// <summary>It opens what it may from now on.</summary>
    Added,

    /// <summary>There is one with this id; it stays as it is.</summary>
    Present,

    /// <summary>There are <see cref="TokenRecord.MaxStored"/> already.</summary>
    Full,
}
