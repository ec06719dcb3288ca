using System.Text;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

public class ConsumeTests
{
    [Fact]
    public async Task A_consume_is_answered_with_every_field_of_the_usage_answer()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":1.50}""");

        Assert.Equal(200, reply.Status);
        Assert.Equal("application/json", reply.MediaType);
        Assert.Equal(
            ["allowed", "feature_code", "kind", "amount", "reason", "used", "limit", "allowance", "held", "remaining", "overage",
                "unlimited", "level",
             "policy", "period", "resets_at", "cost", "balance", "sequence", "signals"],
            reply.Json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("1.5", reply.Json.GetProperty("used").GetRawText());
        Assert.Equal("8.5", reply.Json.GetProperty("remaining").GetRawText());
        Assert.Equal("2026-11-21T10:00:00Z", reply.Json.GetProperty("period").GetProperty("start").GetString());
        Assert.Equal("2026-12-21T10:00:00Z", reply.Text("resets_at"));
        Assert.Equal("\"quota\";q=10;w=2592000", reply.Header("RateLimit-Policy"));
        Assert.Equal("\"quota\";r=8;t=2592000", reply.Header("RateLimit"));
        Assert.Null(reply.Header("Idempotency-Replayed"));
        Assert.NotNull(reply.ContentHeaders.ContentLength);
    }

    [Fact]
    public async Task The_amount_is_one_where_it_is_absent()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        Assert.Equal(1, (await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""")).Number("used"));
        Assert.Equal(2, (await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":null}""")).Number("used"));
    }

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_says_so()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        const string Body = """{"feature_code":"api_calls","amount":3}""";
        var first = await host.RunAsync("POST", "consume", key, Body, "k1");
        var again = await host.RunAsync("POST", "consume", key, Body, "k1");
        Assert.Equal(first.Json.GetRawText(), again.Json.GetRawText());
        Assert.Equal("true", again.Header("Idempotency-Replayed"));

        var other = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":4}""", "k1");
        Assert.Equal((422, ProblemCode.IdempotencyKeyReused), (other.Status, other.Code));
        var otherRoute = await host.RunAsync("POST", "report", key, Body, "k1");
        Assert.Equal(422, otherRoute.Status);
    }

    [Fact]
    public async Task A_refusal_is_a_problem_document_with_the_usage_answers_fields()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":11}""");
        Assert.Equal((403, "application/problem+json"), (reply.Status, reply.MediaType));
        Assert.Equal("https://meterfunctions.dev/problems/quota_exceeded", reply.Text("type"));
        Assert.Equal((403, RefusalCode.QuotaExceeded), (reply.Number("status"), reply.Code));
        Assert.False(reply.Json.GetProperty("allowed").GetBoolean());
        Assert.Equal((0, 10), (reply.Number("used"), reply.Number("limit")));
        Assert.Equal("\"quota\";r=10;t=2592000", reply.Header("RateLimit"));
    }

    [Fact]
    public async Task A_feature_that_the_license_lacks_is_refused()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.RunAsync("POST", "consume", key, """{"feature_code":"unknown"}""");
        Assert.Equal((403, RefusalCode.FeatureNotAssigned), (reply.Status, reply.Code));
    }

    public static TheoryData<string, string> BadFields => new()
    {
        { """{}""", "/feature_code" },
        { """{"feature_code":null}""", "/feature_code" },
        { """{"feature_code":5}""", "/feature_code" },
        { """{"feature_code":""}""", "/feature_code" },
        { """{"feature_code":"../etc"}""", "/feature_code" },
        { """{"feature_code":"a b"}""", "/feature_code" },
        { """{"feature_code":"a\u0000"}""", "/feature_code" },
        { $$"""{"feature_code":"{{new string('a', 65)}}"}""", "/feature_code" },
        { """{"feature_code":"\ud800"}""", "/feature_code" },
        { """{"feature_code":"api_calls","amount":0}""", "/amount" },
        { """{"feature_code":"api_calls","amount":-1}""", "/amount" },
        { """{"feature_code":"api_calls","amount":"1"}""", "/amount" },
        { """{"feature_code":"api_calls","amount":true}""", "/amount" },
        { """{"feature_code":"api_calls","amount":[]}""", "/amount" },
        { """{"feature_code":"api_calls","amount":{}}""", "/amount" },
        { """{"feature_code":"api_calls","amount":"NaN"}""", "/amount" },
        { """{"feature_code":"api_calls","amount":0.0000000001}""", "/amount" },
        { """{"feature_code":"api_calls","amount":1000000000000000}""", "/amount" },
        { $$"""{"feature_code":"api_calls","amount":{{new string('9', 400)}}}""", "/amount" },
        { """{"feature_code":"api_calls","amount":1e400}""", "/amount" },
        { """{"feature_code":"api_calls","event_id":7}""", "/event_id" },
        { """{"feature_code":"api_calls","event_id":""}""", "/event_id" },
        { """{"feature_code":"api_calls","event_id":"a\nb"}""", "/event_id" },
        { $$"""{"feature_code":"api_calls","event_id":"{{new string('e', 256)}}"}""", "/event_id" },
        { """{"feature_code":"api_calls","user_id":false}""", "/user_id" },
        { """{"feature_code":"api_calls","user_id":"\u0007"}""", "/user_id" },
        { """{"feature_code":"api_calls","fingerprint":{}}""", "/fingerprint" },
        { """{"feature_code":"api_calls","fingerprint":""}""", "/fingerprint" },
        { """{"feature_code":"api_calls","key":""}""", "/key" },
        { """{"feature_code":"api_calls","metadata":"text"}""", "/metadata" },
        { """{"feature_code":"api_calls","metadata":[1]}""", "/metadata" },
        { """{"feature_code":"api_calls","metadata":{"a":"\udc00"}}""", "/metadata/a" },
        { $$$"""{"feature_code":"api_calls","metadata":{"a":"{{{new string('m', 4096)}}}"}}""", "/metadata" },
        { """{"feature_code":"api_calls","allow_partial":"yes"}""", "/allow_partial" },
        { """{"feature_code":"api_calls","allow_partial":1}""", "/allow_partial" },
        { """[]""", "" },
        { """null""", "" },
        { """5""", "" },
        { "\"text\"", "" },
    };

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_bad_field_is_named_and_nothing_is_counted(string body, string pointer)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        foreach (var route in new[] { "consume", "report" })
        {
            var reply = await host.RunAsync("POST", route, key, body);
            Assert.Equal((400, RefusalCode.InvalidRequest), (reply.Status, reply.Code));
            Assert.Equal([pointer], reply.Pointers);
        }

        Assert.Equal(0, (await host.RunAsync("GET", "check?feature_code=api_calls", key, null)).Number("used"));
    }

    [Fact]
    public async Task Every_bad_field_is_named_in_one_answer()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.RunAsync("POST", "consume", key, """{"feature_code":"","event_id":"","user_id":"","metadata":1}""");
        Assert.Equal(["/feature_code", "/event_id", "/user_id", "/metadata"], reply.Pointers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"feature_code\":\"api_calls\",}")]
    [InlineData("{\"feature_code\":\"api_calls\"} x")]
    [InlineData("{\"feature_code\":\"api_calls\",\"amount\":NaN}")]
    [InlineData("{\"feature_code\":\"api_calls\",\"amount\":01}")]
    [InlineData("{'feature_code':'api_calls'}")]
    public async Task A_body_that_is_no_json_is_malformed(string body)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var reply = await host.RunAsync("POST", "consume", key, body);
        Assert.Equal((400, ProblemCode.MalformedJson), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_body_that_is_no_utf8_is_malformed()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var content = new ByteArrayContent([.. "{\"feature_code\":\""u8, 0xff, .. "\"}"u8]);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var reply = await host.SendContentAsync("POST", "/api/v1/license/consume", content, "License " + key, ("Idempotency-Key", "k"));
        Assert.Equal((400, ProblemCode.MalformedJson), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonx")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task Another_media_type_is_not_supported(string? mediaType)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{"feature_code":"api_calls"}"""));
        content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        var reply = await host.SendContentAsync("POST", "/api/v1/license/consume", content, "License " + key, ("Idempotency-Key", "k"));
        Assert.Equal((415, ProblemCode.UnsupportedMediaType), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_one_mebibyte_is_too_large(bool lengthIsKnown)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        var bytes = Encoding.UTF8.GetBytes($$$"""{"feature_code":"api_calls","x":"{{{new string('x', 1 << 20)}}}"}""");
        HttpContent content = lengthIsKnown ? new ByteArrayContent(bytes) : new StreamContent(new UnseekableStream(bytes));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var reply = await host.SendContentAsync("POST", "/api/v1/license/consume", content, "License " + key, ("Idempotency-Key", "k"));
        Assert.Equal((413, ProblemCode.BodyTooLarge), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData(null, ProblemCode.IdempotencyKeyRequired)]
    [InlineData("", ProblemCode.IdempotencyKeyRequired)]
    [InlineData("a b", RefusalCode.InvalidRequest)]
    [InlineData("ключ", RefusalCode.InvalidRequest)]
    public async Task A_key_that_is_none_is_refused(string? idempotencyKey, string code)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        (string, string)[] headers = idempotencyKey is null ? [] : [("Idempotency-Key", idempotencyKey)];
        foreach (var route in new[] { "consume", "report", "reservations", "reservations/x/commit", "leases", "leases/x/sync" })
        {
            var reply = await host.SendAsync("POST", "/api/v1/license/" + route, """{"feature_code":"api_calls"}""", "License " + key, headers);
            Assert.Equal((400, code), (reply.Status, reply.Code));
        }
    }

    [Theory]
    [InlineData(255, 200)]
    [InlineData(256, 400)]
    public async Task A_key_has_at_most_255_characters(int length, int status)
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        Assert.Equal(status, (await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""", new string('k', length))).Status);
    }

    [Fact]
    public async Task A_busy_host_is_503_with_retry_after()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Meters.Fixed = ApplyResult.Busy;
        var reply = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""");
        Assert.Equal((503, ProblemCode.Busy, "1"), (reply.Status, reply.Code, reply.Header("Retry-After")));

        host.Meters.Fault = new StoreUnavailableException("The disk is full.");
        reply = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""");
        Assert.Equal((503, ProblemCode.Busy, "1"), (reply.Status, reply.Code, reply.Header("Retry-After")));
    }

    [Fact]
    public async Task A_fault_is_a_500_that_tells_nothing_of_it()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync();
        await using var running = host;
        host.Meters.Fault = new InvalidOperationException("secret words");
        var reply = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""");
        Assert.Equal((500, ProblemCode.InternalError), (reply.Status, reply.Code));
        Assert.DoesNotContain("secret", reply.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rate_limit_says_when_to_come_again()
    {
        var (host, _, key) = await MemoryHost.WithLicenseAsync("""
            {"feature_code":"api_calls","limit":1000,"tiers":[{"from":0,"policy":"rate_limit","rate":{"amount":10,"per":"minute","burst":5}}]}
            """);
        await using var running = host;
        var first = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":5}""");
        Assert.Equal(200, first.Status);
        Assert.Equal("\"quota\";q=1000, \"rate\";q=5;w=30", first.Header("RateLimit-Policy"));
        Assert.Equal("\"quota\";r=995, \"rate\";r=0;t=30", first.Header("RateLimit"));
        var second = await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls","amount":1}""");
        Assert.Equal((429, RefusalCode.RateLimited, "6"), (second.Status, second.Code, second.Header("Retry-After")));
    }

    private sealed class UnseekableStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
