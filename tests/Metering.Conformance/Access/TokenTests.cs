using Metering.Conformance.Client;

namespace Metering.Conformance.Access;

public sealed class TokenTests : ContractTest
{
    [Fact]
    public async Task Tokens_are_listed_by_name_and_scopes_and_never_themselves()
    {
        var host = await MeteringHost.Started;

        var page = await Meter.Get("/api/v1/tokens?limit=1000").Is(200);

        Assert.Contains(page.Items, token => token.GetProperty("scopes").EnumerateArray().Any(scope => scope.GetString() == "manage"));
        Assert.All(page.Items, token => Assert.Contains(token.GetProperty("source").GetString(), new[] { "configured", "stored" }));
        foreach (var token in new[] { host.Token, host.ReadToken, host.IngestToken }.Where(token => token.Length > 0))
        {
            Assert.DoesNotContain(token, page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_token_that_is_not_there_and_one_of_the_configuration_cannot_be_revoked()
    {
        await Meter.Delete("/api/v1/tokens/tok_none").Refuses(404, "token_not_found");
        foreach (var token in
            (await Meter.Get("/api/v1/tokens?limit=1000").Is(200)).Items.Where(token => token.GetProperty("source")
                .GetString() == "configured"))
        {
            await Meter.Delete("/api/v1/tokens/" + Uri.EscapeDataString(token.GetProperty("id").GetString()!))
                .Refuses(409, "token_configured");
        }

        await Meter.Get("/api/v1/tokens").Is(200);
    }
}
