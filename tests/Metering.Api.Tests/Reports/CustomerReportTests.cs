using Metering.Api.Tests.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests.Reports;

/// <summary>How many reports one customer may have read at once.</summary>
public sealed class CustomerReportTests
{
    [Theory]
    [InlineData("view")]
    [InlineData("tenant")]
    public async Task Beyond_a_few_reports_at_once_a_customer_is_told_to_come_back_and_others_are_not(string kind)
    {
        var ledger = new HeldLedger();
        await using var host = await MemoryHost.StartAsync(services => services.AddSingleton<ILedger>(ledger));
        var (id, _) = await host.LicenseAsync("""{"feature_code":"api_calls"}""");
        var (other, _) = await host.LicenseAsync("""{"feature_code":"api_calls"}""", "tenant_other");
        var (own, foreign) = (await TokenAsync(id, "tenant_acme"), await TokenAsync(other, "tenant_other"));

        var first = Enumerable.Range(0, CustomerReports.MaxAtOnce).Select(_ => StatementAsync(id, own)).ToList();
        await BegunAsync(CustomerReports.MaxAtOnce);
        var tooMany = await StatementAsync(id, own).WaitAsync(TimeSpan.FromSeconds(30));
        Task<Reply>[] others = [StatementAsync(other, foreign), StatementAsync(id, "Bearer " + MemoryHost.OperatorToken)];
        await BegunAsync(others.Length);
        ledger.Release();

        Assert.Equal((503, ProblemCode.Busy, "1"), (tooMany.Status, tooMany.Code, tooMany.Header("Retry-After")));
        Assert.All(await Task.WhenAll([.. first, .. others]), reply => Assert.Equal(200, reply.Status));
        Assert.Equal(200, (await StatementAsync(id, own)).Status);

        async Task<string> TokenAsync(string license, string tenant) => "Bearer " + (kind == "view"
            ? await host.SendAsync("POST", $"/api/v1/licenses/{license}/view-tokens", "{}")
            : await host.SendAsync("POST", "/api/v1/tokens", $$"""{"name":"n","scopes":["read"],"tenant_id":"{{tenant}}"}""")).Text("token");

        Task<Reply> StatementAsync(string license, string credential) =>
            host.SendAsync("GET", $"/api/v1/licenses/{license}/statement", null, credential);

        async Task BegunAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.True(await ledger.Begun.WaitAsync(TimeSpan.FromSeconds(30)));
            }
        }
    }
}
