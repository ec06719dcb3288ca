using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>Half of a surrogate pair is valid JSON and no text: refused with its place, wherever it stands.</summary>
public sealed class BrokenTextTests
{
    [Theory]
    [InlineData("PATCH", "/licenses/{id}", """{"expires_at":"\ud800"}""", "/expires_at")]
    [InlineData("PATCH", "/licenses/{id}", """{"metadata":{"a":["x",{"b":"\udfff"}]}}""", "/metadata/a/1/b")]
    [InlineData("PATCH", "/licenses/{id}", """{"metadata":{"\uD83D":1}}""", "/metadata")]
    [InlineData("PATCH", "/licenses/{id}", """{"plan_id":"\ud83d\ud83d\ude00"}""", "/plan_id")]
    [InlineData("PATCH", "/licenses/{id}", """{"\ud800":1}""", "")]
    [InlineData("POST", "/licenses", """{"tenant_id":"a\uDC00"}""", "/tenant_id")]
    [InlineData("POST", "/plans", """{"id":"p","includes":[{"feature_code":"api_calls","tiers":[{"from":"\ud800"}]}]}""", "/includes/0/tiers/0/from")]
    [InlineData("POST", "/plans", """{"id":"p","includes":[{"feature_code":"api_calls","reset":{"anchor":"\ud800x"}}]}""", "/includes/0/reset/anchor")]
    [InlineData("POST", "/webhooks", """{"url":"https://a.example/\ud800"}""", "/url")]
    [InlineData("POST", "/licenses/{id}/actions/increment-usage", """{"meta":{"note":"\ud800"}}""", "/meta/note")]
    [InlineData("POST", "/events", """{"tenant_id":"t","metric":"m","metadata":{"a":"\ud800"}}""", "/metadata/a")]
    public async Task It_is_refused_with_its_place(string method, string path, string body, string pointer)
    {
        var (host, id, _) = await MemoryHost.WithLicenseAsync();
        await using var _1 = host;

        var reply = await host.SendAsync(method, "/api/v1" + path.Replace("{id}", id, StringComparison.Ordinal), body);

        Assert.Equal(400, reply.Status);
        if (reply.MediaType == "application/problem+json")
        {
            Assert.Equal("invalid_request", reply.Code);
            Assert.Equal([pointer], reply.Pointers);
        }
        else
        {
            Assert.Equal(pointer, reply.Json.GetProperty("errors")[0].GetProperty("source").GetProperty("pointer").GetString());
        }
    }

    [Theory]
    [InlineData("""{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\\ud800"}""")]
    [InlineData("""{"\ud83d\ude00":"\u00e4\u0064"}""")]
    public void Whole_characters_are_text(string json) => Assert.Null(JsonText.FindFault(System.Text.Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""["\ud83d","\ude00"]""", "/0")]
    [InlineData("""{"a~/b":{"c":["\ud83dx"]}}""", "/a~0~1b/c/0")]
    [InlineData("""{"a":1,"b":[[],{},"\ude00\ud83d"]}""", "/b/2")]
    public void The_place_is_found(string json, string pointer) =>
        Assert.Equal(pointer, JsonText.FindFault(System.Text.Encoding.UTF8.GetBytes(json)));
}
