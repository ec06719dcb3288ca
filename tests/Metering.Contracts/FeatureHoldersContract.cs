using System.Collections.Immutable;

namespace Metering.Contracts;

/// <summary>What <see cref="ILicenseDirectory"/> promises of a tenant's licenses that have or had a feature.</summary>
[Rule(10)]
public abstract class FeatureHoldersContract(Func<ValueTask<PortsHost>> start) : PortContract<ILicenseDirectory>(start)
{
    [Fact]
    public async Task They_are_found_oldest_first_however_many_there_are()
    {
        // More than a page of a table's rows, which is 1000 at most.
        const int Licenses = 1_010;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Licenses),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, cancellation) => await Port.NoteFeaturesAsync(Features(i, null, "calls"), cancellation));

        var port = await RestartAsync();
        var holders = await port.HoldersAsync("tenant/0", "calls", haveNow: false, Licenses + 1, None);

        Assert.Equal(Enumerable.Range(0, Licenses).Select(Id), holders.Select(holder => holder.LicenseId));
        Assert.All(holders, holder => Assert.True(holder.HasNow));
        Assert.Equal(holders.Take(3).Select(one => one.LicenseId), await ReportAsync(port, haveNow: false, most: 3));
        Assert.Equal(Id(0), (await port.HoldersAsync("tenant/0", "calls", None))[0].LicenseId);
    }

    [Fact]
    public async Task One_that_is_added_with_its_features_and_an_answer_is_found_by_them_and_a_second_time_stays_as_it_was()
    {
        var features = Features(3, null, "calls");
        var license = new LicenseRecord
        {
            Id = features.LicenseId,
            TenantId = features.TenantId,
            KeyHash = TextHash.Of("key"),
            CreatedAt = features.CreatedAt,
        };

        var answer = new KeyedAnswer("key of the call", new RememberedRequest("hash", 201, "answer"));
        Assert.Equal(license, await Port.AddAsync(license, features, answer, None));

        // Another answer than the one of the call that added it is not remembered.
        Assert.Equal(license, await Port.AddAsync(
            license with { KeyHash = TextHash.Of("another") },
            features,
            new KeyedAnswer("key of another call", new RememberedRequest("hash", 201, "another")),
            None));

        var port = await RestartAsync();
        var remembered = Host.Get<IRequestMemory>();
        Assert.Equal(answer.Answer, await remembered.FindAsync(answer.Key, None));
        Assert.Null(await remembered.FindAsync("key of another call", None));
        Assert.Equal(license, await port.FindAsync(license.Id, None));
        var holder = Assert.Single(await port.HoldersAsync("tenant/0", "calls", None));
        Assert.Equal((license.Id, true), (holder.LicenseId, holder.HasNow));
    }

    [Fact]
    public async Task Of_the_same_age_they_are_in_the_order_of_their_ids()
    {
        foreach (var id in new[] { "lic_b", "lic_c", "lic_a" })
        {
            await Port.NoteFeaturesAsync(Features(0, null, "calls") with { LicenseId = id }, None);
        }

        Assert.Equal(["lic_a", "lic_b", "lic_c"], await ReportAsync(Port, haveNow: false, most: 10));
    }

    [Fact]
    public async Task Those_that_have_it_now_are_found_among_those_that_had_it()
    {
        for (var i = 0; i < 8; i++)
        {
            await Port.NoteFeaturesAsync(Features(i, i % 2 == 0 ? Start.AddDays(1) : null, "calls"), None);
        }

        Assert.Equal([Id(1), Id(3), Id(5), Id(7)], await ReportAsync(Port, haveNow: true, most: 10));
        Assert.Equal([Id(1), Id(3)], await ReportAsync(Port, haveNow: true, most: 2));
        Assert.Equal([Id(0), Id(1)], await ReportAsync(Port, haveNow: false, most: 2));

        // An event may go to the first two: the second has had it ever since, before any other was created.
        var ofEvents = await Port.HoldersAsync("tenant/0", "calls", None);
        Assert.Equal([Id(0), Id(1)], ofEvents.Take(2).Select(holder => holder.LicenseId));
    }

    [Fact]
    public async Task What_was_noted_before_is_replaced()
    {
        await Port.NoteFeaturesAsync(Features(3, null, "calls"), None);
        await Port.NoteFeaturesAsync(Features(3, Start.AddDays(1), [.. Enumerable.Range(0, 200).Select(i => $"f_{i}"), "calls"]), None);

        var holder = Assert.Single(await Port.HoldersAsync("tenant/0", "calls", None));
        Assert.Equal((Id(3), Start.AddSeconds(3), false), (holder.LicenseId, holder.CreatedAt, holder.HasNow));
        Assert.Equal([new FeatureSpan(Start.AddSeconds(3), Start.AddDays(1))], holder.Spans.ToArray());
        Assert.Equal(Id(3), Assert.Single(await Port.HoldersAsync("tenant/0", "f_199", None)).LicenseId);
    }

    [Fact]
    public async Task A_feature_that_a_note_does_not_name_stays_as_it_was_noted()
    {
        await Port.NoteFeaturesAsync(Features(3, null, "calls", "jobs"), None);
        await Port.NoteFeaturesAsync(Features(3, Start.AddDays(1), "calls"), None);

        Assert.False(Assert.Single(await Port.HoldersAsync("tenant/0", "calls", None)).HasNow);
        Assert.True(Assert.Single(await Port.HoldersAsync("tenant/0", "jobs", None)).HasNow);
    }

    [Fact]
    public async Task A_note_that_comes_after_a_newer_one_takes_nothing_back()
    {
        var given = Features(3, null, "calls", "jobs") with { Sequence = 4 };
        await Port.NoteFeaturesAsync(Features(3, Start.AddDays(1), "calls", "jobs") with { Sequence = 5 }, None);
        await Port.NoteFeaturesAsync(given, None);

        foreach (var code in given.Features.Keys)
        {
            Assert.False(Assert.Single(await Port.HoldersAsync("tenant/0", code, None)).HasNow);
        }

        // As new as what is there: a writer that broke off writes the same again.
        await Port.NoteFeaturesAsync(given with { Sequence = 5 }, None);
        Assert.True(Assert.Single(await Port.HoldersAsync("tenant/0", "jobs", None)).HasNow);
    }

    [Fact]
    public async Task Another_tenant_and_another_feature_have_none()
    {
        await Port.NoteFeaturesAsync(Features(0, null, "calls", "calls/2"), None);

        Assert.Empty(await Port.HoldersAsync("tenant/0", "call", None));
        Assert.Empty(await Port.HoldersAsync("tenant", "calls", None));
        Assert.Single(await Port.HoldersAsync("tenant/0", "calls/2", None));
    }

    private static async Task<IEnumerable<string>> ReportAsync(ILicenseDirectory port, bool haveNow, int most) =>
        (await port.HoldersAsync("tenant/0", "calls", haveNow, most, None)).Select(holder => holder.LicenseId);

    private static LicenseFeatures Features(int number, DateTimeOffset? until, params string[] codes) => new(
        Id(number),
        "tenant/0",
        Start.AddSeconds(number),
        codes.ToImmutableSortedDictionary(code => code, _ => ImmutableArray.Create(new FeatureSpan(Start.AddSeconds(number), until))));

    private static string Id(int number) => $"lic_{9999 - number}";
}
