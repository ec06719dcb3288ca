using Metering.Api.Tests.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Metering.Api.Tests;

/// <summary>What was published once is not published again by a repeat, whatever has come between.</summary>
public sealed class PublishRepeatTests
{
    [Fact]
    public async Task A_client_that_goes_while_its_plan_is_published_publishes_it_once()
    {
        using var gone = new CancellationTokenSource();
        await using var host = await MemoryHost.StartAsync(services => Decorate(services, gone));
        var context = new DefaultHttpContext { RequestAborted = gone.Token };
        context.Request.Method = "POST";
        context.Request.ContentType = "application/json";
        context.Request.Headers["Idempotency-Key"] = "k1";
        context.Request.Body = new MemoryStream("""{"id":"free","name":"one"}"""u8.ToArray());
        context.Response.Body = new MemoryStream();

        await host.Services.GetRequiredService<PlanHandlers>().PostAsync(
            new ApiCall(context, ApiRoutes.All.Single(route => route.Name == "PostPlan"), Caller.Anybody));

        Assert.True(gone.IsCancellationRequested);
        await host.SendAsync("POST", "/api/v1/plans", """{"id":"free","name":"two"}""", headers: ("Idempotency-Key", "k2"));
        var again = await host.SendAsync("POST", "/api/v1/plans", """{"id":"free","name":"one"}""", headers: ("Idempotency-Key", "k1"));
        Assert.Equal((201, "true"), (again.Status, again.Header("Idempotency-Replayed")));
        var versions = (await host.SendAsync("GET", "/api/v1/plans/free/versions")).Json.GetProperty("items").EnumerateArray();
        Assert.Equal(["one", "two"], versions.Select(plan => plan.GetProperty("name").GetString()));
    }

    private static void Decorate(IServiceCollection services, CancellationTokenSource gone) =>
        services.AddSingleton<ICatalogStore>(new LeavingClient(
            (ICatalogStore)services.Last(service => service.ServiceType == typeof(ICatalogStore)).ImplementationInstance!, gone));

    // The client goes when its change is made, and before that is known.
    private sealed class LeavingClient(ICatalogStore store, CancellationTokenSource client) : ICatalogStore
    {
        public ValueTask<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken) => store.ReadAsync(cancellationToken);

        public async ValueTask<CatalogSnapshot> ChangeAsync(
            Func<CatalogSnapshot, CatalogSnapshot> change, CancellationToken cancellationToken)
        {
            var changed = await store.ChangeAsync(change, cancellationToken);
            await client.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return changed;
        }
    }
}
