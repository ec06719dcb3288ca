using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Metering.Reports;

/// <summary>
/// The places in the ledgers that an export covers, as one digest: it stays as short with a million licenses, and says of each from which
/// entry to which, and by the chain's link what all entries up to there were.
/// </summary>
/// <remarks>
/// For each license with entries in the span, in the order of ids: SHA-256 over the digest so far (32 zero bytes at the beginning), the
/// license's id in UTF-8, a zero byte, the numbers of its first and its last entry (64 bits each, big endian), and the link of the last
/// one. A chain and no hash over all of it, because that could not be put by in the middle.
/// </remarks>
internal sealed class LedgerPositions
{
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];
    private readonly byte[] _link = new byte[EvidenceChain.Size];
    private string? _license;
    private long _first;
    private long _last;

    /// <summary>Begins, or goes on.</summary>
    internal LedgerPositions(LedgerMark? before = null)
    {
        if (before is not null)
        {
            (_license, _first, _last, Licenses, Entries) = (before.LicenseId, before.First, before.Last, before.Licenses, before.Entries);
            before.Link.Span.CopyTo(_link);
            before.Digest.Span.CopyTo(_digest);
        }
    }

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

    /// <summary>How far it has come.</summary>
    internal LedgerMark Suspend() => new(_license, _first, _last, _link.ToArray(), Licenses, Entries, _digest.ToArray());

    /// <summary>Of some licenses in their order, those of which entries may still be to be taken.</summary>
    /// <param name="licenses">The licenses.</param>
    /// <param name="after">The number of the first one's last entry that was taken; 0: none was.</param>
    internal IReadOnlyList<string> Rest(IReadOnlyList<LicenseRecord> licenses, out long after)
    {
        // Only where an export goes on is the license among them that was read last.
        var index = _license is null ? -1 : licenses.TakeWhile(license => license.Id != _license).Count();
        var isAmong = index >= 0 && index < licenses.Count;
        after = isAmong ? _last : 0;
        return [.. licenses.Skip(isAmong ? index : 0).Select(license => license.Id)];
    }

    /// <summary>The digest, in lower-case hex. Nothing can be taken afterwards.</summary>
    internal string Digest()
    {
        CloseLicense();
        return Convert.ToHexStringLower(_digest);
    }

    private void CloseLicense()
    {
        if (_license is null)
        {
            return;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[1 + (2 * sizeof(long))];
        BinaryPrimitives.WriteInt64BigEndian(numbers[1..], _first);
        BinaryPrimitives.WriteInt64BigEndian(numbers[(1 + sizeof(long))..], _last);
        hash.AppendData(_digest);
        hash.AppendData(Encoding.UTF8.GetBytes(_license));
        hash.AppendData(numbers);
        hash.AppendData(_link);
        hash.GetHashAndReset(_digest);
        _license = null;
    }
}
