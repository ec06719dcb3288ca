namespace Metering.Reports;

/// <summary>A part without rows: entries of a license were read, for what the manifest says of them.</summary>
internal sealed class EntriesRead(string licenseId) : RowPart(licenseId)
{
    internal override int Count => 0;

    internal override bool IsWhole => false;

    internal override void Fill(int index, ExportRow row) => throw new NotSupportedException();
}
