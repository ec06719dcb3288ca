using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using MeterFunctions.Licenses;
using Columns = MeterFunctions.Licenses.LicenseRows.Columns;

namespace MeterFunctions.Evidence;

/// <summary>
/// Whether the memory of rule 8 is what the entries should have left there, without looking any of it up: what the entries name is added,
/// what is remembered is taken away, and nothing may be left. So a thousand identities are one request, and not a thousand.
/// </summary>
/// <remarks>Where something is left, <see cref="MemoryCheck"/> looks up one by one, and says what.</remarks>
/// <param name="due">Which identities must be there; the others count for nothing.</param>
internal sealed class MemorySums(MemoryDue due)
{
    private UInt128 _sum;

    /// <summary>Whether nothing is left.</summary>
    public bool Agree => _sum == 0;

    /// <summary>Adds what the row of an entry names.</summary>
    public void Add(long sequence, TableEntity entry)
    {
        var (at, digest) = (entry.GetDateTimeOffset(Columns.At) ?? default, entry[Columns.Digest] as byte[]);
        var (key, eventId) = (entry.GetString(Columns.Key), entry.GetString(Columns.Event));
        _sum += key is null ? 0 : Mix(key, sequence, at, digest);
        _sum += eventId is null ? 0 : Mix(eventId, sequence, at, digest);

        // What nothing is remembered with has no digest; one that has contradicts itself.
        _sum += key is null && eventId is null && digest is not null ? 1u : 0;
    }

    /// <summary>Takes away what is remembered.</summary>
    public void Take(TableEntity identity)
    {
        var at = identity.GetDateTimeOffset(Columns.At) ?? default;
        _sum -= due.Includes(identity.RowKey, at)
            ? Mix(identity.RowKey, identity.GetInt64(Columns.Sequence) ?? 0, at, LicenseRows.DigestOf(identity))
            : 0;
    }

    private UInt128 Mix(string name, long sequence, DateTimeOffset at, byte[]? digest)
    {
        if (!due.Includes(name, at))
        {
            return 0;
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"{name} {sequence} {at.UtcTicks} {Convert.ToHexString(digest ?? [])}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
