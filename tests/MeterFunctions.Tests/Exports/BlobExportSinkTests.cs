using System.Net;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;
using MeterFunctions.Exports;
using MeterFunctions.Tests.Hosting;
using Metering.Reports;

namespace MeterFunctions.Tests.Exports;

[Collection(StorageCollection.Name)]
public sealed class BlobExportSinkTests(Azurite azurite)
{
    private const string Name = "2026/ledger.jsonl";

    // Two whole blocks and a part of one.
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 9_000_000).Select(i => (byte)(i * 31 % 251))];

    private readonly BlobContainerClient _container = new(azurite.ConnectionString, $"exports-{Guid.NewGuid():N}");

    [Fact]
    public async Task A_file_has_its_name_only_when_all_of_it_is_there()
    {
        var sink = new BlobExportSink(() => _container);
        await using (var file = await sink.CreateAsync(Name, "exp_1", default))
        {
            await WriteAsync(file, Bytes);
            Assert.Null(await sink.OpenAsync(Name, default));

            await file.PublishAsync(default);
        }

        await using var read = await sink.OpenAsync(Name, default);
        Assert.Equal(Bytes, await BytesAsync(read!));
        read!.Position = 8_999_999;
        Assert.Equal(Bytes[^1], read.ReadByte());
        Assert.EndsWith($"/{_container.Name}/2026/ledger.jsonl", sink.LocationOf(Name), StringComparison.Ordinal);

        await sink.RemoveAsync(Name, default);
        await sink.RemoveAsync(Name, default);
        Assert.Null(await sink.OpenAsync(Name, default));
    }

    [Fact]
    public async Task A_file_is_put_by_and_gone_on_with_and_what_an_interrupted_part_has_sent_is_not_in_it()
    {
        var sink = new BlobExportSink(() => _container);
        string mark;
        await using (var begun = await sink.ContinueAsync(Name, "exp_1", null, default))
        {
            await WriteAsync(begun, Bytes[..5_000_000]);
            mark = await begun.SuspendAsync(default);
        }

        await using (var interrupted = await sink.ContinueAsync(Name, "exp_1", mark, default))
        {
            await WriteAsync(interrupted, Bytes);
        }

        Assert.Null(await sink.OpenAsync(Name, default));
        await using (var rest = await sink.ContinueAsync(Name, "exp_1", mark, default))
        {
            await WriteAsync(rest, Bytes[5_000_000..]);
            await rest.PublishAsync(default);
        }

        await using var read = await sink.OpenAsync(Name, default);
        Assert.Equal(Bytes, await BytesAsync(read!));
    }

    [Fact]
    public async Task A_synchronous_write_sends_nothing_and_is_in_the_file()
    {
        var sink = new BlobExportSink(() => _container);
        await using (var file = await sink.CreateAsync(Name, "exp_1", default))
        {
            await WriteAsync(file, Bytes[..4_000_000]);
            file.Content.Write(Bytes, 4_000_000, 3_000_000);
            await WriteAsync(file, Bytes[7_000_000..]);
            await file.PublishAsync(default);
        }

        await using var read = await sink.OpenAsync(Name, default);
        Assert.Equal(Bytes, await BytesAsync(read!));
    }

    [Fact]
    public async Task One_that_is_given_up_leaves_nothing()
    {
        var sink = new BlobExportSink(() => _container);
        await using (var file = await sink.CreateAsync(Name, "exp_1", default))
        {
            await WriteAsync(file, Bytes);
        }

        Assert.Null(await sink.OpenAsync(Name, default));
    }

    [Fact]
    public async Task What_an_earlier_attempt_has_published_is_replaced_and_another_exports_file_is_not()
    {
        var sink = new BlobExportSink(() => _container);
        await PublishAsync(sink, "exp_1", [1, 2, 3]);
        await PublishAsync(sink, "exp_1", [4, 5]);

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => PublishAsync(sink, "exp_2", [6]));

        Assert.Equal(ExportFailure.FileExists, sink.Explain(refused)!.Code);
        await using var read = await sink.OpenAsync(Name, default);
        Assert.Equal([4, 5], await BytesAsync(read!));
    }

    [Fact]
    public async Task An_upload_that_is_throttled_for_a_while_is_whole_all_the_same()
    {
        using var storage = new FailingStorage();
        var sink = new BlobExportSink(() => Through(storage));
        await using (var file = await sink.CreateAsync(Name, "exp_1", default))
        {
            storage.Failures = 2;
            await WriteAsync(file, Bytes);
            storage.Failures = 2;
            await file.PublishAsync(default);
        }

        await using var read = await sink.OpenAsync(Name, default);
        Assert.Equal(Bytes, await BytesAsync(read!));
    }

    [Fact]
    public async Task A_file_whose_publishing_was_not_answered_is_published()
    {
        using var storage = new FailingStorage { FailsFor = HttpMethod.Put, IsDone = true };
        var sink = new BlobExportSink(() => Through(storage));
        foreach (var bytes in new[] { Bytes[..10], Bytes[10..30] })
        {
            await using var file = await sink.CreateAsync(Name, "exp_1", default);
            await WriteAsync(file, bytes);
            await file.Content.FlushAsync();
            storage.FailsForQuery = "comp=blocklist";
            storage.Failures = 1;
            await file.PublishAsync(default);

            Assert.Equal(-1, storage.Failures);
            await using var read = await sink.OpenAsync(Name, default);
            Assert.Equal(bytes, await BytesAsync(read!));
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, ExportFailure.Unavailable)]
    [InlineData(HttpStatusCode.TooManyRequests, ExportFailure.Unavailable)]
    [InlineData(HttpStatusCode.Forbidden, ExportFailure.NotWritable)]
    [InlineData(HttpStatusCode.NotFound, ExportFailure.NotWritable)]
    public async Task A_container_that_takes_nothing_is_explained_without_a_secret(HttpStatusCode status, string code)
    {
        using var storage = new FailingStorage { Status = status, FailsFor = HttpMethod.Put };
        await _container.CreateIfNotExistsAsync();
        var sink = new BlobExportSink(() => Through(storage));
        await using var file = await sink.CreateAsync(Name, "exp_1", default);

        storage.Failures = int.MaxValue;
        var fault = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await WriteAsync(file, Bytes);
            await file.PublishAsync(default);
        });

        var told = sink.Explain(fault)!;
        Assert.Equal(code, told.Code);
        Assert.StartsWith($"The container {_container.Name} ", told.Message, StringComparison.Ordinal);
        storage.Failures = 0;
        Assert.Null(await sink.OpenAsync(Name, default));
    }

    [Fact]
    public async Task An_identity_that_gets_no_token_is_a_container_that_is_not_there()
    {
        using var storage = new FailingStorage { Fault = new CredentialUnavailableException("There is no managed identity here.") };
        var sink = new BlobExportSink(() => Through(storage));
        storage.Failures = int.MaxValue;

        var fault = await Assert.ThrowsAsync<CredentialUnavailableException>(async () => await sink.CreateAsync(Name, "exp_1", default));

        Assert.Equal(ExportFailure.Unavailable, sink.Explain(fault)!.Code);
    }

    private static async Task PublishAsync(BlobExportSink sink, string exportId, byte[] bytes)
    {
        await using var file = await sink.CreateAsync(Name, exportId, default);
        await WriteAsync(file, bytes);
        await file.PublishAsync(default);
    }

    private static async Task WriteAsync(IExportFile file, byte[] bytes)
    {
        // In parts that do not end with the blocks.
        foreach (var part in bytes.Chunk(1_000_003))
        {
            await file.Content.WriteAsync(part);
        }
    }

    private static async Task<byte[]> BytesAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private BlobContainerClient Through(HttpMessageHandler storage)
    {
        var options = new BlobClientOptions { Transport = new HttpClientTransport(storage) };
        (options.Retry.MaxRetries, options.Retry.Delay, options.Retry.MaxDelay) =
            (3, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2));
        return new BlobContainerClient(azurite.ConnectionString, _container.Name, options);
    }
}
