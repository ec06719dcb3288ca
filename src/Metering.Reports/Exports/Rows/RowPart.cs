namespace Metering.Reports;

/// <summary>Some rows of one license, one after the other. Its rows are filled into one that is used again.</summary>
/// <param name="licenseId">Whose rows they are.</param>
internal abstract class RowPart(string licenseId)
{
    internal string LicenseId => licenseId;

    /// <summary>Whether all rows of the license are in it, and entries need not be read for more of them.</summary>
    internal virtual bool IsWhole => true;

    /// <summary>How many rows it has.</summary>
    internal abstract int Count { get; }

    /// <summary>Fills a row, in which nothing of the row before is left.</summary>
    internal abstract void Fill(int index, ExportRow row);
}
