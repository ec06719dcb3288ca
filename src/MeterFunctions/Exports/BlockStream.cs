using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Azure.Storage.Blobs.Specialized;

namespace MeterFunctions.Exports;

/// <summary>Gathers what is written into blocks of a blob, and sends each one when it is full.</summary>
// The client's own stream for writing makes an empty blob under the name first, which somebody could take for the file.
internal sealed class BlockStream : Stream
{
    /// <summary>Bytes of a block. A blob has at most 50,000 of them, so with these it may have 200 GB.</summary>
    internal const int BlockBytes = 4 * 1024 * 1024;

    private readonly BlockBlobClient _blob;
    private readonly ImmutableArray<Run> _before;

    // Blocks are told apart by who has written them: should a part be written twice at the same time, no file is made of both.
    private readonly uint _writer = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(sizeof(uint)));
    private byte[] _block = GC.AllocateUninitializedArray<byte>(BlockBytes);
    private int _filled;
    private int _sent;

    /// <summary>Begins a blob, or goes on with one.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="mark">What <see cref="Mark"/> was; null begins it.</param>
    public BlockStream(BlockBlobClient blob, string? mark) => (_blob, _before) = (blob, mark is null ? [] : Read(mark));

    /// <summary>The ids of the blocks that were sent, in their order.</summary>
    public IEnumerable<string> Blocks => _before.Add(new Run(_writer, _sent))
        .SelectMany(run => Enumerable.Range(0, run.Count).Select(number => Id(run.Writer, number)));

    /// <summary>Which blocks were sent, as a short text.</summary>
    public string Mark => string.Join(
        ' ', _before.Add(new Run(_writer, _sent)).Select(run => string.Create(CultureInfo.InvariantCulture, $"{run.Writer}:{run.Count}")));

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            if (_filled >= BlockBytes)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }

            var taken = Math.Min(buffer.Length, BlockBytes - _filled);
            buffer[..taken].CopyTo(_block.AsMemory(_filled));
            (_filled, buffer) = (_filled + taken, buffer[taken..]);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Writers of some formats write a few bytes like this at their ends. Sending them here would keep a thread waiting for the storage, so
    // the block grows a little beyond its size, and is sent with the next asynchronous write.
    public override void Write(byte[] buffer, int offset, int count)
    {
        if (_filled + count > _block.Length)
        {
            Array.Resize(ref _block, Math.Max(_filled + count, _block.Length + (_block.Length / 2)));
        }

        buffer.AsSpan(offset, count).CopyTo(_block.AsSpan(_filled));
        _filled += count;
    }

    public override void Flush()
    {
        // A block is sent when it is full, or at the end: flushing for each writer's sake would make thousands of small ones.
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        // As with Flush: writers flush at their ends, and so does who publishes or suspends the file, by EndAsync.
        if (_filled >= BlockBytes)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what is left.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken) => _filled > 0 ? SendAsync(cancellationToken) : ValueTask.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(_block, 0, _filled, writable: false);
        await _blob.StageBlockAsync(Id(_writer, _sent), content, cancellationToken: cancellationToken).ConfigureAwait(false);
        _sent++;
        _filled = 0;
    }

    // All ids of a blob must be of the same length.
    private static string Id(uint writer, int number)
    {
        var id = new byte[sizeof(uint) + sizeof(int)];
        BinaryPrimitives.WriteUInt32BigEndian(id, writer);
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(sizeof(uint)), number);
        return Convert.ToBase64String(id);
    }

    private static ImmutableArray<Run> Read(string mark) =>
    [
        .. mark.Split(' ').Select(run => run.Split(':')).Select(run => new Run(
            uint.Parse(run[0], CultureInfo.InvariantCulture), int.Parse(run[1], CultureInfo.InvariantCulture))),
    ];

    /// <summary>The blocks of one who has written some.</summary>
    private readonly record struct Run(uint Writer, int Count);
}
