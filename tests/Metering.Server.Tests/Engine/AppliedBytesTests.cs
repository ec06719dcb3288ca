using System.Buffers;
using System.Security.Cryptography;
using Metering.Server.Engine;

namespace Metering.Server.Tests.Engine;

/// <summary>Bytes of a batch: each command's lie in one piece, and a batch takes no more memory than it needs.</summary>
public sealed class AppliedBytesTests
{
    private readonly Stack<byte[]> _spare = new();

    [Fact]
    public void What_commands_wrote_is_found_again_whatever_its_size()
    {
        var bytes = new AppliedBytes(_spare);
        var written = new List<(byte[] Bytes, (int Piece, int Offset) Place)>();
        foreach (var size in new[] { 700, 700, 700, 5_000, 60_000, 3_000, 200_000, 1, 70_000, 500 })
        {
            var command = RandomNumberGenerator.GetBytes(size);
            bytes.Begin();
            for (var from = 0; from < size; from += 256)
            {
                // In parts, as the JSON writer does, so that a command moves in the midst of being written.
                bytes.Write(command.AsSpan(from, Math.Min(256, size - from)));
            }

            Assert.Equal(command, bytes.Command.ToArray());
            written.Add((command, bytes.Place));
        }

        Assert.All(written, one => Assert.Equal(one.Bytes, bytes.Slice(one.Place.Piece, one.Place.Offset, one.Bytes.Length).ToArray()));
        bytes.Clear();
        Assert.All(_spare, piece => Assert.Equal(AppliedBytes.PieceBytes, piece.Length));
        Assert.NotEmpty(_spare);
    }

    [Fact]
    public void A_batch_of_one_command_takes_no_whole_piece()
    {
        var command = new byte[800];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var batches = new List<AppliedBytes>(1_000);
        for (var i = 0; i < 1_000; i++)
        {
            var bytes = new AppliedBytes(_spare);
            bytes.Begin();
            bytes.Write(command);
            batches.Add(bytes);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000 * 3 * 1024);
        Assert.Equal(1_000, batches.Count);
    }
}
