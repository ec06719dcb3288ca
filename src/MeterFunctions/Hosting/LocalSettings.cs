using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace MeterFunctions.Hosting;

/// <summary>
/// The app's settings for what runs without the Functions host: the environment, as in Azure, and behind it the file from which the tools
/// make an environment on a developer's machine.
/// </summary>
internal static class LocalSettings
{
    /// <summary>The file's name, beside the app.</summary>
    public const string FileName = "local.settings.json";

    /// <summary>Reads them.</summary>
    /// <param name="named">A file; null: the one beside the app, if there is one.</param>
    /// <returns>The settings, and the file that some of them come from.</returns>
    /// <exception cref="FormatException">The file is none of settings.</exception>
    /// <exception cref="IOException">A file that was named cannot be read.</exception>
    public static (IConfiguration Settings, string? File) Read(string? named)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, FileName);
        var file = named ?? (File.Exists(beside) ? beside : null);

        // In the environment a colon is written as two underscores, and so it is in the file.
        var values = (file is null ? [] : Values(file)).ToDictionary(
            value => value.Key.Replace("__", ":", StringComparison.Ordinal), value => value.Value);
        return (new ConfigurationBuilder().AddInMemoryCollection(values).AddEnvironmentVariables().Build(), file);
    }

    private static Dictionary<string, string?> Values(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = document.RootElement;
            if (root.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
            {
                throw new FormatException($"{file} is encrypted. Decrypt it first: func settings decrypt.");
            }

            return root.GetProperty("Values").EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString());
        }
        catch (Exception other) when (other is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"{file} is not a file of settings: it needs an object Values with texts.", other);
        }
    }
}
