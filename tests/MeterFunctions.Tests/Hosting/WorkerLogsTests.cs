using System.Reflection;
using MeterFunctions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MeterFunctions.Tests.Hosting;

/// <summary>What the app's process logs, and where it goes while no function runs.</summary>
public sealed class WorkerLogsTests : IDisposable
{
    private readonly StringWriter _errors = new();
    private readonly LogRecords _records = new();
    private readonly ServiceProvider _services;

    public WorkerLogsTests() =>
        _services = new ServiceCollection().AddLogging(logging => logging.AddProvider(_records).AddWorkerLogs(_errors))
            .BuildServiceProvider();

    [Theory]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", false)]
    [InlineData("Microsoft.AspNetCore.Http.Result.OkObjectResult", false)]
    [InlineData("Microsoft.DurableTask.Client.Grpc.GrpcDurableTaskClient", false)]
    [InlineData("MeterFunctions.Ingest.HubIngest", true)]
    [InlineData("Metering.Api.Migrations", true)]
    public void Only_the_app_s_own_information_is_logged(string category, bool logged)
    {
        Tell(Logger(category), LogLevel.Information, "A request.");
        Tell(Logger(category), LogLevel.Warning, "A fault.");

        Assert.Equal(logged ? ["A request.", "A fault."] : ["A fault."], _records.Texts);
    }

    [Fact]
    public void What_is_logged_while_no_function_runs_is_a_line_that_the_host_takes_for_what_it_is()
    {
        var logger = Logger("MeterFunctions.Hosting.SettingFaultsReport");

        logger.SettingWrong("MeteringStorage is not set.");
        Tell(logger, LogLevel.Warning, "Two\nlines.", new InvalidOperationException("a\nb"));
        Tell(logger, LogLevel.Information, "Nobody asked.");

        Assert.Equal(
            [
                "error: MeterFunctions.Hosting.SettingFaultsReport[3031 SettingWrong] MeteringStorage is not set.",
                "warning: MeterFunctions.Hosting.SettingFaultsReport[1 Late] Two lines. System.InvalidOperationException: a b", "",
            ],
            _errors.ToString().Split(Environment.NewLine));
    }

    [Fact]
    public void What_a_function_logs_goes_the_worker_s_way_alone()
    {
        var logger = Logger("MeterFunctions.Turns.LicenseLane");
        using (logger.BeginScope(new List<KeyValuePair<string, object>> { new(LogOutsideFunctions.InvocationKey, "a run") }))
        {
            Tell(logger, LogLevel.Error, "Told by the host.");
        }

        Assert.Empty(_errors.ToString());
        Assert.Equal(["Told by the host."], _records.Texts);
    }

    /// <summary>The name is internal to the worker's package. If it changes, every record would be written twice.</summary>
    [Fact]
    public void The_worker_s_name_for_the_id_of_a_run_is_the_one_that_is_looked_for()
    {
        var names = typeof(FunctionContext).Assembly.GetType("Microsoft.Azure.Functions.Worker.Diagnostics.TraceConstants+InternalKeys");

        Assert.Equal(
            LogOutsideFunctions.InvocationKey,
            names!.GetField("FunctionInvocationId", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)!.GetRawConstantValue());
    }

    public void Dispose()
    {
        _services.Dispose();
        _errors.Dispose();
    }

    private static void Tell(ILogger logger, LogLevel level, string text, Exception? exception = null) =>
        logger.Log(level, new EventId(1, "Late"), text, exception, static (state, _) => state);

    private ILogger Logger(string category) => _services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
}
