using System.Globalization;
using System.Text.Json;

namespace Metering.Api;

/// <summary>Says in one sentence what is wrong with a file of settings that cannot be read.</summary>
public static class BrokenSettings
{
    /// <summary>The sentence: the file, what is wrong, and on which line where that is known. No content of the file is in it.</summary>
    /// <param name="fault">What the configuration threw when it loaded the file.</param>
    public static string Told(InvalidDataException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var cause = fault.GetBaseException();

        // Its message may quote what it found, which may be a secret. It counts lines from 0, and editors count from 1.
        return cause is JsonException { LineNumber: { } line }
            ? string.Create(CultureInfo.InvariantCulture, $"{Where(fault)}: it is not valid JSON; look at line {line + 1}.")
            : $"{Where(fault)}: {cause.Message}";
    }

    // "Failed to load configuration from file '/app/appsettings.json'."
    private static string Where(InvalidDataException fault) => fault.Message.TrimEnd('.');
}
