namespace Metering.Reports;

/// <summary>What a column of an export holds.</summary>
public enum ColumnType
{
    /// <summary>Text; an empty one is the same as none.</summary>
    Text,

    /// <summary>JSON as it is stored, without line breaks.</summary>
    Json,

    /// <summary>A whole number of 64 bits.</summary>
    Whole,

    /// <summary>An exact decimal, up to 19 digits before and 9 after the point.</summary>
    Number,

    /// <summary>A time, UTC, in whole milliseconds.</summary>
    Time,

    /// <summary>A day, UTC.</summary>
    Day,

    /// <summary>Yes or no.</summary>
    Flag,
}
