using Metering.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging;

namespace Metering.Server.Hosting;

/// <summary>
/// The server's configuration. Commands read theirs here too: one that is started in the server's folder has the same options and works on
/// the same data.
/// </summary>
internal static class ServerConfiguration
{
    private const string Levels = "Logging:LogLevel";

    // In the configuration and not in code, where they would win over what an operator sets.
    private static readonly Dictionary<string, string?> DefaultLevels = new()
    {
        [$"{Levels}:Default"] = nameof(LogLevel.Information),
        [$"{Levels}:Microsoft.AspNetCore"] = nameof(LogLevel.Warning),

        // It has nothing to say at that level, and as long as it may speak every request gets an activity of its own; traces get theirs
        // all the same.
        [$"{Levels}:Microsoft.AspNetCore.Hosting.Diagnostics"] = nameof(LogLevel.None),

        // Why the server could not start is told by the program, in a line.
        [$"{Levels}:Microsoft.Extensions.Hosting.Internal.Host"] = nameof(LogLevel.Critical),
    };

    /// <summary>
    /// A builder with the configuration. What comes later wins: the files beside the program, the files in the folder that it was started
    /// in (each <c>appsettings.json</c> and <c>appsettings.{Environment}.json</c>), the environment, the command line.
    /// </summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="programFolder">The folder of the program; null: this one's.</param>
    /// <exception cref="CommandLineException">A file cannot be read, or a level of the log is none.</exception>
    internal static WebApplicationBuilder Builder(ServerArguments arguments, string? programFolder = null)
    {
        try
        {
            var beside = Path.TrimEndingDirectorySeparator(programFolder ?? AppContext.BaseDirectory);
            var builder = WebApplication.CreateBuilder();
            var first = new List<IConfigurationSource> { new MemoryConfigurationSource { InitialData = DefaultLevels } };
            if (Path.TrimEndingDirectorySeparator(builder.Environment.ContentRootPath) != beside)
            {
                first.Add(Settings(Path.Combine(beside, "appsettings.json")));
                first.Add(Settings(Path.Combine(beside, $"appsettings.{builder.Environment.EnvironmentName}.json")));
            }

            for (var i = 0; i < first.Count; i++)
            {
                builder.Configuration.Sources.Insert(i, first[i]);
            }

            builder.Configuration.AddCommandLine(arguments.Settings).AddInMemoryCollection(arguments.Configuration());
            CheckLevels(builder.Configuration.GetSection("Logging"));
            return builder;
        }
        catch (InvalidDataException broken)
        {
            throw new CommandLineException(BrokenSettings.Told(broken), broken);
        }
    }

    private static JsonConfigurationSource Settings(string file)
    {
        var source = new JsonConfigurationSource { Path = file, Optional = true };
        source.ResolveFileProvider();
        return source;
    }

    // Levels for all providers, and for one of them under its name. A word that is none would end the program with a stack trace.
    private static void CheckLevels(IConfigurationSection logging)
    {
        var wrong = logging.GetChildren().Append(logging)
            .SelectMany(part => part.GetSection("LogLevel").GetChildren())
            .FirstOrDefault(level => !string.IsNullOrEmpty(level.Value)
                && !Enum.GetNames<LogLevel>().Contains(level.Value, StringComparer.OrdinalIgnoreCase));
        if (wrong is not null)
        {
            throw new CommandLineException(
                $"{wrong.Path} is '{wrong.Value}', but must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        }
    }
}
