using System.Collections.Concurrent;
using Metering.Server;
using Metering.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Docs.Tests.Guides;

/// <summary>
/// The servers that pages start: real ones that listen, in this process, because twenty processes would spend their time on starting.
/// A page asks for its own over HTTP.
/// </summary>
public sealed class PageServers : IAsyncLifetime
{
    private readonly ConcurrentDictionary<int, (string Arguments, WebApplication Server)> _running = new();
    private WebApplication? _control;

    /// <summary>Where a page's shell starts and stops its server.</summary>
    internal string Control(int port) => $"{_control!.Urls.First()}/{port}";

    /// <summary>Stops the server of a page, if one runs.</summary>
    internal async Task StopAsync(int port)
    {
        if (_running.TryRemove(port, out var running))
        {
            await running.Server.StopAsync();
            await running.Server.DisposeAsync();
        }
    }

    async Task IAsyncLifetime.InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _control = builder.Build();
        _control.MapPost("/{port:int}/start", StartAsync);
        _control.MapPost("/{port:int}/stop", StopAsync);
        _control.MapPost("/{port:int}/run", RunAsync);
        await _control.StartAsync();
    }

    async Task IAsyncLifetime.DisposeAsync() => await _control!.DisposeAsync();

    // The arguments come a line each. A server that runs with the same ones goes on.
    private async Task<IResult> StartAsync(int port, HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var arguments = await reader.ReadToEndAsync();
        if (_running.TryGetValue(port, out var running) && running.Arguments == arguments)
        {
            return Results.Ok();
        }

        await StopAsync(port);
        try
        {
            var server = MeteringServer.Build(
            [
                .. arguments.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                "--urls", $"http://127.0.0.1:{port}", "--Logging:LogLevel:Default=Error",
            ]);
            await server.StartAsync();
            _running[port] = (arguments, server);
            return Results.Ok();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return Failed(fault.ToString());
        }
    }

    // A command, with its arguments a line each.
    private static async Task<IResult> RunAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        using var output = new StringWriter();
        var command = ServerCommandLine.Create().Parse((await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var status = await command.InvokeAsync(new() { Output = output, Error = TextWriter.Null });
        return status == 0 ? Results.Text(output.ToString()) : Failed($"{output}(exit code {status})");
    }

    private static IResult Failed(string why) => Results.Text(why, statusCode: StatusCodes.Status500InternalServerError);
}
