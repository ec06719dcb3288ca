using Metering.Api.Tests.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Metering.Api.Tests;

/// <summary>How a migration ends whose process ends first.</summary>
public sealed class MigrationStopTests
{
    [Theory]
    [InlineData(true, "MigrationInterrupted", LogLevel.Information)]
    [InlineData(false, "MigrationFailed", LogLevel.Error)]
    public async Task One_that_ends_with_its_process_is_no_error_and_one_that_fails_is(bool isStop, string name, LogLevel level)
    {
        using var log = new MigrationLog();
        await using var host = await MemoryHost.StartAsync(services => services.AddSingleton<ILoggerProvider>(log));
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"pro"}]}""");
        await host.SendAsync("POST", "/api/v1/licenses", """{"tenant_id":"t","plan_id":"pro"}""");
        await host.SendAsync("PUT", "/api/v1/catalog", """{"plans":[{"id":"pro","name":"Pro"}]}""");
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        host.Meters.BeforeApply = async _ =>
        {
            if (!isStop)
            {
                throw new UnknownFormatException(format: 99);
            }

            lifetime.StopApplication();
            await Task.Delay(Timeout.Infinite, lifetime.ApplicationStopping);
        };

        Assert.Equal(202, (await host.SendAsync("POST", "/api/v1/plans/pro/migrate", """{"to_version":2}""")).Status);

        Assert.Equal((name, level), await log.Ended.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private sealed class MigrationLog : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource<(string? Name, LogLevel Level)> _ended =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(string? Name, LogLevel Level)> Ended => _ended.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name?.StartsWith("Migration", StringComparison.Ordinal) == true)
            {
                _ended.TrySetResult((eventId.Name, logLevel));
            }
        }

        public void Dispose()
        {
        }
    }
}
