using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Metering.Server.Storage;

/// <summary>Snapshots in the store, one a license at most, each with a checksum over all that it says.</summary>
internal static class Snapshots
{
    /// <summary>A license's snapshot; null when none of its entries was removed.</summary>
    /// <returns>The snapshot, and whether its checksum fits.</returns>
    internal static (StoredSnapshot Snapshot, bool IsIntact)? Find(Database store, long license)
    {
        var statement = store["SELECT sequence, link, checksum, fault, body FROM snapshot WHERE license = ?"].Bind(1, license);
        try
        {
            if (!statement.Next())
            {
                return null;
            }

            var snapshot = new StoredSnapshot
            {
                Sequence = statement.Integer(0),
                Link = statement.Bytes(1).ToArray(),
                Fault = statement.NullableText(3),
                Body = statement.Bytes(4).ToArray(),
            };
            return (snapshot, statement.Bytes(2).SequenceEqual(ChecksumOf(license, snapshot)));
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>Puts a snapshot in the place of the one before. The caller has opened the transaction.</summary>
    internal static void Put(Database store, long license, StoredSnapshot snapshot) =>
        store["INSERT OR REPLACE INTO snapshot (license, sequence, link, checksum, fault, body) VALUES (?, ?, ?, ?, ?, ?)"]
            .Bind(1, license).Bind(2, snapshot.Sequence).Bind(3, snapshot.Link).Bind(4, ChecksumOf(license, snapshot))
            .Bind(5, snapshot.Fault).Bind(6, snapshot.Body).Run();

    private static byte[] ChecksumOf(long license, StoredSnapshot snapshot)
    {
        // With the license, so that another's snapshot in its place is found; with lengths, so that no byte can move to the next field.
        var said = new ArrayBufferWriter<byte>(snapshot.Body.Length + 256);
        Number(said, license);
        Number(said, snapshot.Sequence);
        Number(said, snapshot.Link.Length);
        said.Write(snapshot.Link);
        var fault = Encoding.UTF8.GetBytes(snapshot.Fault ?? "");
        Number(said, fault.Length);
        said.Write(fault);
        said.Write(snapshot.Body);
        return SHA256.HashData(said.WrittenSpan);
    }

    private static void Number(ArrayBufferWriter<byte> said, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(said.GetSpan(sizeof(long)), number);
        said.Advance(sizeof(long));
    }
}
