using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Metering.Reports;

/// <summary>
/// The places in the ledgers that an export covers, as one digest: it stays as short with a million licenses, and says of each from which
/// entry to which, and by the chain's link what all entries up to there were.
/// </summary>
/// <remarks>
/// SHA-256 over, for each license with entries in the span, in the order of ids: its id in UTF-8, a zero byte, the numbers of its first and
/// its last entry (64 bits each, big endian), and the link of the last one.
/// </remarks>
internal sealed class LedgerPositions : IDisposable
{
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _link = new byte[EvidenceChain.Size];
    private string? _license;
    private long _first;
    private long _last;

    internal long Licenses { get; private set; }

    internal long Entries { get; private set; }

    /// <summary>Takes the next part, in the order in which the ledgers are read.</summary>
    internal void Take(LedgerPart part)
    {
        if (part.LicenseId != _license)
        {
            CloseLicense();
            (_license, _first) = (part.LicenseId, part.Entries[0].Sequence);
            Licenses++;
        }

        _last = part.Entries[^1].Sequence;
        Entries += part.Entries.Count;
        part.Link.Span.CopyTo(_link);
    }

    /// <summary>The digest, in lower-case hex. Nothing can be taken afterwards.</summary>
    internal string Digest()
    {
        CloseLicense();
        return Convert.ToHexStringLower(_digest.GetHashAndReset());
    }

    public void Dispose() => _digest.Dispose();

    private void CloseLicense()
    {
        if (_license is null)
        {
            return;
        }

        Span<byte> numbers = stackalloc byte[1 + (2 * sizeof(long))];
        BinaryPrimitives.WriteInt64BigEndian(numbers[1..], _first);
        BinaryPrimitives.WriteInt64BigEndian(numbers[(1 + sizeof(long))..], _last);
        _digest.AppendData(Encoding.UTF8.GetBytes(_license));
        _digest.AppendData(numbers);
        _digest.AppendData(_link);
        _license = null;
    }
}
