using System.Net;
using System.Text;
using MeterFunctions.Retention;
using MeterFunctions.Storage;
using MeterFunctions.Tests.Hosting;
using Metering;

namespace MeterFunctions.Tests.Retention;

/// <summary>A page of a query may be empty although more rows come.</summary>
[Collection(StorageCollection.Name)]
public sealed class EmptyPageTests(Azurite azurite)
{
    [Fact]
    public async Task A_deleted_license_of_which_a_page_is_empty_goes_wholly_all_the_same()
    {
        using var storage = new EmptyPages();
        await using var app = new App(azurite, RetentionRun.Settings, storage);
        await RetentionRun.UseAsync(app, days: 1);
        await app.Get<ILicenseDirectory>().AddAsync(
            new LicenseRecord { Id = RetentionRun.License, TenantId = "tenant_1", KeyHash = "hash", CreatedAt = App.Start }, default);
        await app.Meters.ApplyAsync(RetentionRun.License, new ChangeLicense { Deleted = true }, null, default);
        await app.Get<ILicenseDirectory>().ChangeAsync(RetentionRun.License, license => license with { Deleted = true }, default);
        await app.Tables.DeleteAllAsync(
            TableKeys.Meters, RetentionRun.License,
            (await RetentionRun.RowsAsync(app, TableKeys.OutboxPrefix)).Select(row => row.RowKey), default);
        Assert.NotEmpty(await RowsAsync());

        storage.Empty = 2;
        Assert.True(await app.Get<DeletedLicenses>().RemoveAsync(RetentionRun.License, new RequestBudget(100), default));

        Assert.Equal(0, storage.Empty);
        Assert.Empty(await RowsAsync());

        async Task<IReadOnlyList<Azure.Data.Tables.TableEntity>> RowsAsync() =>
            await app.Tables.QueryAsync(TableKeys.Meters, $"PartitionKey eq '{RetentionRun.License}'", 100, default);
    }

    /// <summary>The way to the storage, on which some queries of a partition answer with an empty page that says where to go on.</summary>
    private sealed class EmptyPages() : DelegatingHandler(new SocketsHttpHandler())
    {
        /// <summary>How many more.</summary>
        public int Empty { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Empty == 0 || !Uri.UnescapeDataString(request.RequestUri!.Query).Contains("RowKey ne", StringComparison.Ordinal))
            {
                return base.SendAsync(request, cancellationToken);
            }

            Empty--;
            var page = new HttpResponseMessage(HttpStatusCode.OK)
            {
                RequestMessage = request,
                Content = new StringContent("""{"value":[]}""", Encoding.UTF8, "application/json"),
            };
            page.Headers.Add("x-ms-continuation-NextPartitionKey", InAzurite(RetentionRun.License));
            page.Headers.Add("x-ms-continuation-NextRowKey", InAzurite("!"));
            return Task.FromResult(page);
        }

        // As the emulator writes places; "!" is before all rows.
        private static string InAzurite(string key) => Convert.ToBase64String(Encoding.UTF8.GetBytes(key));
    }
}
