using System.Text.Json;
using Metering.Api.Tests.Memory;

namespace Metering.Api.Tests;

/// <summary>What of a request its hash depends on.</summary>
[Rule(8)]
public sealed class RequestHashTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0.00e5", "0")]
    [InlineData("1.0", "1e0")]
    [InlineData("10e-1", "1e0")]
    [InlineData("0.1E+1", "1e0")]
    [InlineData("1200", "12e2")]
    [InlineData("-0.0012", "-12e-4")]
    [InlineData("1e-0", "1e0")]
    [InlineData("12.0E+000000000000000000000007", "12e7")]
    [InlineData("1e-99999999999999999", "1e-99999999999999999")]
    [InlineData("1.5e+0999999999999999999", "15e999999999999999998")]
    [InlineData("1.5e99999999999999999999", "15e99999999999999999999-1")]
    [InlineData("-10e-99999999999999999999", "-1e-99999999999999999999+1")]
    public void A_number_has_one_text(string number, string text) => Assert.Equal(text, ExactNumber.Of(number));

    [Fact]
    public void An_exponent_of_a_million_digits_is_no_work()
    {
        // Read as a number, it would take minutes of a core: as many as a request of 1 MB may cost everybody else.
        var exponent = new string('9', 1_000_000);
        Assert.Equal($"2e{exponent}+0", ExactNumber.Of("2e" + exponent));
    }

    [Theory]
    [InlineData(typeof(UseRequest))]
    [InlineData(typeof(ReportRequest))]
    public void Every_field_of_a_use_is_a_part_of_it(Type type)
    {
        var empty = Form(Activator.CreateInstance(type)!);
        var forms = new HashSet<string> { empty };
        foreach (var property in type.GetProperties())
        {
            var request = Activator.CreateInstance(type)!;
            property.SetValue(request, SomeValue(property.PropertyType));
            Assert.True(forms.Add(Form(request)), property.Name);
        }
    }

    [Fact]
    public async Task Hosts_with_the_same_request_have_the_same_hash_and_another_route_has_another()
    {
        var (host, id, key) = await MemoryHost.WithLicenseAsync();
        await using var _1 = host;
        Assert.Equal(200, (await host.RunAsync("POST", "consume", key, """{"feature_code":"api_calls"}""", "key-1")).Status);
        Assert.Equal(422, (await host.RunAsync("POST", "report", key, """{"feature_code":"api_calls"}""", "key-1")).Status);
        Assert.Equal(201, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/balances", """{"unit":"USD","amount":1}""")).Status);
        Assert.Equal(201, (await host.SendAsync("POST", $"/api/v1/licenses/{id}/balances", """{"unit":"EUR","amount":1}""")).Status);
        var topUp = $"/api/v1/licenses/{id}/balances/USD/top-up";
        Assert.Equal(200, (await host.SendAsync("POST", topUp, """{"amount":1}""", "Bearer " + MemoryHost.OperatorToken, ("Idempotency-Key", "key-2"))).Status);
        var other = await host.SendAsync("POST", topUp.Replace("USD", "EUR", StringComparison.Ordinal), """{"amount":1}""", "Bearer " + MemoryHost.OperatorToken, ("Idempotency-Key", "key-2"));
        Assert.Equal(422, other.Status);
    }

    private static string Form(object request)
    {
        var hash = RequestHash.Begin();
        ((IHashedRequest)request).AddTo(hash);
        return hash.Finish();
    }

    private static object SomeValue(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var text when text == typeof(string) => "x",
        var number when number == typeof(decimal) => 2m,
        var flag when flag == typeof(bool) => true,
        var time when time == typeof(DateTimeOffset) => DateTimeOffset.UnixEpoch,
        var json when json == typeof(JsonElement) => JsonDocument.Parse("{}").RootElement,
        var other => throw new NotSupportedException(other.Name),
    };
}
