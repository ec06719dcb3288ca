using Microsoft.DurableTask;
using Microsoft.DurableTask.Testing;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace MeterFunctions.Tests.Hosting;

/// <summary>The in-process host of Durable Task, with entities, which it leaves out by default.</summary>
internal static class EntityHost
{
    public static Task<DurableTaskTestHost> StartAsync(Action<DurableTaskRegistry> tasks) => DurableTaskTestHost.StartAsync(
        tasks,
        new DurableTaskTestHostOptions { ConfigureServices = services => services.ConfigureAll<DurableTaskWorkerOptions>(options => options.EnableEntitySupport = true) });
}
