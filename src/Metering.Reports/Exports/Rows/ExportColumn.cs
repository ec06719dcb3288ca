namespace Metering.Reports;

/// <summary>A column of an export. Its name and type never change: programs of others read them.</summary>
/// <param name="Name">Its name, in snake case.</param>
/// <param name="Type">What it holds.</param>
public sealed record ExportColumn(string Name, ColumnType Type);
