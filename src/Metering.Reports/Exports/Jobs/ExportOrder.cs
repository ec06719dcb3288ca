namespace Metering.Reports;

/// <summary>What is to be exported.</summary>
public sealed record ExportOrder
{
    /// <summary>What the file holds.</summary>
    public ExportReport Report { get; init; }

    /// <summary>Which entries or days.</summary>
    public ExportSpan Span { get; init; }

    /// <summary>The file's format.</summary>
    public ExportFormat Format { get; init; }

    /// <summary>How the file is compressed.</summary>
    public ExportCompression Compress { get; init; }

    /// <summary>The only tenant whose licenses are exported; null: all.</summary>
    public string? TenantId { get; init; }

    /// <summary>The template of the file's name; null: <see cref="ExportNames.DefaultTemplate"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Whether it asks for the same rows as another order, in whatever format and under whatever name.</summary>
    internal bool HasRowsOf(ExportOrder other) => Report == other.Report && Span == other.Span && TenantId == other.TenantId;
}
