using Metering;

namespace MeterFunctions.Storage;

/// <summary>A row that leads to a license.</summary>
/// <param name="Table">The index.</param>
/// <param name="Partition">Its partition key.</param>
/// <param name="Row">Its row key.</param>
/// <param name="LicenseId">The license that it leads to.</param>
internal readonly record struct IndexRow(string Table, string Partition, string Row, string LicenseId)
{
    /// <summary>Whether a license is one that this row leads to.</summary>
    public bool LeadsTo(LicenseRecord license) => LicenseIndex.RowsOf(license).Contains(this);
}
