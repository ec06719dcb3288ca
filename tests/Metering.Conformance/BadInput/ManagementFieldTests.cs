using Metering.Conformance.Client;

namespace Metering.Conformance.BadInput;

public sealed class ManagementFieldTests : FieldTest
{
    [Theory]
    [MemberData(nameof(LicenseFields))]
    public async Task A_bad_field_of_a_new_license_is_refused_and_no_license_is_made(string field, string?[] values)
    {
        var tenant = Meter.Unique("tenant");

        await AllRefused(field, values, Body.Of(new { tenant_id = tenant }), text => Meter.Post("/api/v1/licenses", text));

        Assert.Empty((await Meter.Get($"/api/v1/licenses?tenant_id={tenant}").Is(200)).Items);
    }

    public static TheoryData<string, string?[]> LicenseFields => new()
    {
        { "tenant_id", BadValues.Required(BadValues.Text) },
        { "plan_id", [.. BadValues.Text, "\"no_such_plan\"", "\"../x\""] },
        { "expires_at", BadValues.Time },
        { "anchor", BadValues.Time },
        { "time_zone", [.. BadValues.Text, "\"Mars/Base\"", "\"../../etc/localtime\""] },
        { "metadata", BadValues.Object },
        { "max_cores", BadValues.AmountOrZero },
    };

    [Theory]
    [MemberData(nameof(PatchFields))]
    public async Task A_bad_field_of_a_patch_is_refused_and_changes_nothing(string field, string?[] values)
    {
        var license = await Meter.License(new { limit = 10 });
        var before = await license.Read().Is(200);

        await AllRefused(field, values, [], text => license.Manage(HttpMethod.Patch, "", text));

        Assert.Equal(before.Text, (await license.Read().Is(200)).Text);
    }

    public static TheoryData<string, string?[]> PatchFields => new()
    {
        { "plan_id", [.. BadValues.Text, "\"no_such_plan\""] },
        { "expires_at", BadValues.Time },
        { "metadata", BadValues.Object },
    };

    [Theory]
    [MemberData(nameof(GrantFields))]
    public async Task A_bad_field_of_a_grant_is_refused_and_gives_nothing(string field, string?[] values)
    {
        var license = await Meter.License(new { limit = 10 });

        await AllRefused(
            field, values, Body.Of(new { feature_code = license.Feature, amount = 5 }), text => license.Manage("/grants", text));

        await license.Check().Has("allowance", 10);
        Assert.Empty((await license.Read("/grants").Is(200)).Items);
    }

    public static TheoryData<string, string?[]> GrantFields => new()
    {
        { "feature_code", BadValues.Required(BadValues.Text) },
        { "amount", BadValues.Required(BadValues.Amount) },
        { "priority", BadValues.Whole },
        { "effective_at", BadValues.Time },
        { "expires_at", BadValues.Time },
        { "rollover_max", BadValues.AmountOrZero },
        { "recurrence", BadValues.Name },
    };

    [Theory]
    [MemberData(nameof(BalanceFields))]
    public async Task A_bad_field_of_a_balance_is_refused_and_opens_none(string field, string?[] values)
    {
        var license = await Meter.License(new { limit = 10 });

        await AllRefused(field, values, Body.Of(new { unit = "USD", amount = 5 }), text => license.Manage("/balances", text));

        Assert.Empty((await license.Read("/balances").Is(200)).Items);
    }

    [Theory]
    [MemberData(nameof(BalanceChanges))]
    public async Task A_bad_field_of_a_balances_change_is_refused_and_changes_nothing(string field, string?[] values)
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Manage("/balances", new { unit = "USD", amount = 5, low_at = 1 }).Is(201);

        await AllRefused(field, values, Body.Of(new { }), text => license.Manage(HttpMethod.Patch, "/balances/USD", text));

        var balance = Assert.Single((await license.Read("/balances").Is(200)).Items);
        Assert.Equal((1, false), (balance.GetProperty("low_at").GetInt32(), balance.GetProperty("allow_overage").GetBoolean()));
    }

    public static TheoryData<string, string?[]> BalanceChanges => new()
    {
        { "low_at", [.. BadValues.AmountOrZero, "null"] },
        { "allow_overage", [.. BadValues.Flag, "null"] },
    };

    public static TheoryData<string, string?[]> BalanceFields => new()
    {
        { "unit", BadValues.Required(BadValues.Text) },
        { "amount", BadValues.Required(BadValues.AmountOrZero) },
        { "allow_overage", BadValues.Flag },
    };

    [Theory]
    [MemberData(nameof(UsageFields))]
    public async Task A_bad_field_of_a_usage_call_is_refused_and_changes_no_count(string path, string field, string?[] values)
    {
        var license = await Meter.License(new { limit = 10 });
        await license.Consume(5).Is(200);
        var body = path == "/usage/decrement"
            ? Body.Of(new { feature_code = license.Feature, amount = 1 })
            : Body.Of(new { feature_code = license.Feature });

        await AllRefused(field, values, body, text => license.Manage(path, text));

        await license.Check().Has("used", 5).Has("allowance", 10);
    }

    public static TheoryData<string, string, string?[]> UsageFields => new()
    {
        { "/usage/reset", "feature_code", BadValues.Text },
        { "/usage/reset", "top_up", BadValues.Amount },
        { "/usage/reset", "keep_anchor", BadValues.Flag },
        { "/usage/decrement", "feature_code", BadValues.Required(BadValues.Text) },
        { "/usage/decrement", "amount", BadValues.Required(BadValues.Amount) },
        { "/usage/resume", "feature_code", BadValues.Required(BadValues.Text) },
    };

    [Theory]
    [InlineData("feature_code")]
    [InlineData("feature_id")]
    public async Task A_bad_name_of_a_feature_is_not_assigned(string field)
    {
        var license = await Meter.License(new { limit = 10 });

        await AllRefused(field, BadValues.Text, [], text => license.Manage("/features", text));
    }

    [Theory]
    [InlineData("max_consumptions")]
    [InlineData("limit")]
    public async Task A_bad_limit_is_not_assigned(string field)
    {
        var license = await Meter.License(new { limit = 10 });

        await AllRefused(
            field, BadValues.AmountOrZero, Body.Of(new { feature_code = license.Feature }), text => license.Manage("/features", text));

        await license.Check().Has("limit", 10);
    }

    // Web servers refuse this one before the application sees it, so there may be no problem document.
    [Fact]
    public async Task A_null_character_in_a_path_is_refused()
    {
        await Meter.Get("/api/v1/licenses/%00").Is(400, 404);
        await Meter.Put("/api/v1/license/machines/%00", new { cores = 1 }).Is(400, 401, 404);
    }

    [Theory]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("lic_%0A")]
    [InlineData("%E2%82%AC")]
    [InlineData("'%20or%201=1--")]
    [InlineData("long")]
    public async Task An_id_that_is_none_finds_nothing(string id)
    {
        id = id == "long" ? new string('a', 3000) : id;
        foreach (var path in new[] { $"licenses/{id}", $"licenses/{id}/ledger", $"licenses/{id}/grants", $"plans/{id}", $"features/{id}" })
        {
            await Meter.Get("/api/v1/" + path).RefusesSomehow().Is(400, 404);
        }

        await Meter.Post($"/api/v1/dead-letters/{id}/retry").RefusesSomehow().Is(400, 404);
        await Meter.Get($"/api/quota/{id}/{id}").RefusesSomehow().Is(400, 404);
    }
}
