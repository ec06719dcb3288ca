using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Metering.Server.Hosting;

/// <summary>Reads options one by one and remembers what is wrong with them, so that an operator sees all of it at once.</summary>
internal sealed class OptionReader(IConfigurationSection section)
{
    private readonly List<string> _problems = [];

    internal int Number(string name, int standard, int least, int most)
    {
        if (section[name] is not { Length: > 0 } text)
        {
            return standard;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        _problems.Add($"{section.Path}:{name} is '{text}', but must be a whole number from {least} to {most}.");
        return standard;
    }

    internal bool Flag(string name)
    {
        if (section[name] is not { Length: > 0 } text)
        {
            return false;
        }

        if (bool.TryParse(text, out var value))
        {
            return value;
        }

        _problems.Add($"{section.Path}:{name} is '{text}', but must be true or false.");
        return false;
    }

    internal DateTimeOffset? Time(string name)
    {
        if (section[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
        {
            return time;
        }

        _problems.Add($"{section.Path}:{name} is '{text}', but must be a date or a time such as 2026-11-26 or 2026-11-26T10:00:00Z.");
        return null;
    }

    internal string Text(string name, string standard, int least, int most) => OptionalText(name, least, most) ?? standard;

    internal string? OptionalText(string name, int least, int most)
    {
        if (section[name] is not { Length: > 0 } text)
        {
            return null;
        }

        // The value is not repeated: it may be a secret.
        Require(text.Length >= least && text.Length <= most, $"{section.Path}:{name} must have from {least} to {most} characters.");
        return text;
    }

    internal void Require(bool condition, string problem)
    {
        if (!condition)
        {
            _problems.Add(problem);
        }
    }

    internal void ThrowOnProblems()
    {
        if (_problems.Count > 0)
        {
            throw new ServerOptionsException(string.Join(Environment.NewLine, _problems));
        }
    }
}
