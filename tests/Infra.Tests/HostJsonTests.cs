using System.Globalization;
using System.Text.Json;
using Infra.Tests.Checks;
using Infra.Tests.Compiler;

namespace Infra.Tests;

/// <summary>The configuration of the Functions host.</summary>
[Collection(InfraCollection.Name)]
public sealed class HostJsonTests(InfraFixture fixture)
{
    private static readonly IReadOnlyDictionary<string, JsonElement> Values = ReadValues();

    [Fact]
    public void Every_key_is_one_that_the_host_knows()
    {
        HostJsonKeys known = HostJson.KnownKeys();
        Assert.All(Values.Keys, key => Assert.True(known.Contains(key), key));
    }

    [Fact]
    public void An_unknown_key_is_noticed()
    {
        HostJsonKeys known = HostJson.KnownKeys();
        Assert.False(known.Contains("extensions.eventHubs.maxBatchSize"));
        Assert.False(known.Contains("retry.strategy"));
        Assert.True(known.Contains("logging.logLevel.Host.Results"));
    }

    [Fact]
    public void Every_key_is_explained()
    {
        string documentation = Repository.Read("infra", "settings.md");
        Assert.All(
            Values.Keys.Where(key => key != "version" && !key.StartsWith("logging.logLevel.", StringComparison.Ordinal)),
            key => Assert.Contains($"`{key}`", documentation, StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_of_the_current_version() => Assert.Equal("2.0", Values["version"].GetString());

    [Fact]
    public void Routes_are_as_the_API_writes_them() => Assert.Equal("", Values["extensions.http.routePrefix"].GetString());

    [Fact]
    public void The_task_hub_has_a_valid_name()
    {
        string name = Values["extensions.durableTask.hubName"].GetString()!;
        Assert.Equal("MeterFunctions", name);
        Assert.Matches("^[A-Za-z][A-Za-z0-9]{2,44}$", name);
    }

    [Fact]
    public void The_task_hub_has_the_partitions_that_the_templates_begin_with()
    {
        int partitions = Values["extensions.durableTask.storageProvider.partitionCount"].GetInt32();
        Assert.InRange(partitions, 1, 16);
        Assert.Equal(partitions.ToString(CultureInfo.InvariantCulture), Default("durablePartitionCount"));
    }

    [Fact]
    public void Limits_of_the_storage_queue_are_kept()
    {
        Assert.InRange(Values["extensions.durableTask.storageProvider.controlQueueBatchSize"].GetInt32(), 1, 32);
        Assert.InRange(Values["extensions.durableTask.maxEntityOperationBatchSize"].GetInt32(), 2, 5000);
    }

    [Fact]
    public void Sessions_are_not_extended_because_the_worker_is_isolated() =>
        Assert.False(Values["extensions.durableTask.extendedSessionsEnabled"].GetBoolean());

    [Fact]
    public void Inputs_are_not_traced_because_they_name_customers() =>
        Assert.False(Values["extensions.durableTask.tracing.traceInputsAndOutputs"].GetBoolean());

    [Fact]
    public void Batches_of_events_fit_together()
    {
        int largest = Values["extensions.eventHubs.maxEventBatchSize"].GetInt32();
        Assert.InRange(Values["extensions.eventHubs.minEventBatchSize"].GetInt32(), 1, largest);
        Assert.True(Values["extensions.eventHubs.prefetchCount"].GetInt32() >= largest);
        Assert.Equal("fromStart", Values["extensions.eventHubs.initialOffsetOptions.type"].GetString());
    }

    [Fact]
    public void Requests_that_run_are_among_those_that_wait() => Assert.True(
        Values["extensions.http.maxConcurrentRequests"].GetInt32() <= Values["extensions.http.maxOutstandingRequests"].GetInt32());

    [Theory]
    [InlineData("functionTimeout")]
    [InlineData("extensions.durableTask.storageProvider.maxQueuePollingInterval")]
    [InlineData("extensions.eventHubs.maxWaitTime")]
    [InlineData("extensions.eventHubs.clientRetryOptions.tryTimeout")]
    [InlineData("extensions.eventHubs.clientRetryOptions.delay")]
    [InlineData("extensions.eventHubs.clientRetryOptions.maximumDelay")]
    public void Spans_of_time_can_be_read(string key) =>
        Assert.True(TimeSpan.TryParse(Values[key].GetString(), CultureInfo.InvariantCulture, out TimeSpan span) && span > TimeSpan.Zero);

    [Fact]
    public void Levels_of_the_log_exist()
    {
        string[] levels = ["Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"];
        Assert.All(
            Values.Where(value => value.Key.StartsWith("logging.logLevel.", StringComparison.Ordinal)),
            value => Assert.Contains(value.Value.GetString(), levels));
    }

    /// <summary>
    /// The host tells at <c>Information</c> that a function begins and that it ends, and passes on what the worker logs in it, under the
    /// function's name: six records for a consume. The alerts need two others.
    /// </summary>
    [Theory]
    [InlineData("Function.ConsumeUsage", "Warning", "a consume logs nothing")]
    [InlineData("Function.ConsumeUsage.User", "Warning", "nor does what the app logs in it")]
    [InlineData("Function.LicenseCounter", "Warning", "nor its license's turn")]
    [InlineData("Host.Triggers.DurableTask", "Warning", "nor the extension")]
    [InlineData("Function.IngestUsage", "Information", "its Trigger Details say how long events waited")]
    [InlineData("Host.Results", "Information", "these are the requests of Application Insights, with their status")]
    public void A_consume_logs_nothing_and_the_alerts_have_what_they_need(string category, string level, string why)
    {
        const string Levels = "logging.logLevel.";
        string found = Values.Where(value => value.Key.StartsWith(Levels, StringComparison.Ordinal))
            .Select(value => (Name: value.Key[Levels.Length..], Level: value.Value.GetString()!))
            .Where(value => category == value.Name || category.StartsWith(value.Name + ".", StringComparison.Ordinal))
            .OrderByDescending(value => value.Name.Length).Select(value => value.Level)
            .FirstOrDefault(Values[Levels + "default"].GetString()!);

        Assert.True(level == found, $"{category} is {found}: {why}");
    }

    /// <summary>Whatever else these are set to, the extension warns at each start that there is a newer kind of tracing.</summary>
    [Fact]
    public void Tracing_of_the_task_hub_is_turned_off_in_the_way_that_the_extension_does_not_warn_of()
    {
        Assert.True(Values["extensions.durableTask.tracing.distributedTracingEnabled"].GetBoolean());
        Assert.Equal("None", Values["extensions.durableTask.tracing.version"].GetString());
    }

    private string Default(string parameter) =>
        fixture.Infra.Template.Root.GetProperty("parameters").GetProperty(parameter).GetProperty("defaultValue").ToString();

    private static IReadOnlyDictionary<string, JsonElement> ReadValues()
    {
        using JsonDocument host = Repository.ReadJson("host.json");
        return HostJson.Values(host.RootElement);
    }
}
