using System.Security.Cryptography;
using System.Text;

namespace Metering.Cli.Events.Import;

/// <summary>
/// Ids for rows that bring none. Each is a hash of the row and of all rows before it: a repeat of the file gives the same ids, whatever it
/// is called and wherever it was interrupted; two equal rows have two; and rows that are added to the end of a file leave the ids before
/// them as they are.
/// </summary>
internal sealed class RowChain(ImportDefaults defaults)
{
    private const int IdBytes = 16;
    private const string Prefix = "imp_";

    // What the command line adds to each row makes other events of the same rows.
    private byte[] _link = SHA256.HashData(Encoding.UTF8.GetBytes($"meter import\n{defaults.TenantId}\n{defaults.LicenseId}\n{defaults.Metric}"));

    public string Link => Convert.ToHexStringLower(_link);

    public string Id => Prefix + Convert.ToHexStringLower(_link.AsSpan(0, IdBytes));

    public void Add(IReadOnlyList<string> row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_link);
        foreach (var field in row)
        {
            var bytes = Encoding.UTF8.GetBytes(field);
            // With its length, so that no two rows are the same text cut at other places.
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        _link = hash.GetHashAndReset();
    }
}
