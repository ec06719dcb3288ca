using Microsoft.Extensions.Configuration;

namespace Metering.Api;

/// <summary>Reads options from a configuration, and remembers what could not be read.</summary>
internal sealed class OptionsReading(IConfiguration configuration)
{
    private static readonly char[] BetweenWords = [',', ';', ' '];

    private readonly List<string> _problems = [];
    private Type _host = typeof(MeteringOptions);

    /// <summary>What could not be read, an option each, beginning with its name.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>
    /// Sets what the configuration has. An empty value is the same as none, so that a variable can be emptied where it cannot be removed.
    /// </summary>
    public void Fill(MeteringOptions options)
    {
        _host = options.GetType();
        Fill(options, configuration.GetSection(MeteringOptions.Section));
    }

    private void Fill(object options, IConfigurationSection section)
    {
        var known = OptionProperty.Of(options.GetType());
        foreach (var child in section.GetChildren())
        {
            if (known.FirstOrDefault(option => option.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } option)
            {
                _problems.Add($"{child.Path} {Unknown(child.Key, known)}");
            }
            else if (option.IsPart)
            {
                RefuseText(child, "options of its own");
                Fill(option.Get(options)!, child);
            }
            else if (option.IsKeyed)
            {
                RefuseText(child, "a key for each token, such as 0, and under it Sha256 and Scopes");
                option.Set(options, child.GetChildren().ToDictionary(one => one.Key, ReadToken));
            }
            else if (option.IsWords)
            {
                option.Set(options, Words(child));
            }
            else
            {
                RefuseParts(child);
                Set(options, option, child.Value, child.Path);
            }
        }

        foreach (var option in known.Where(option => option.OtherName is not null && string.IsNullOrEmpty(section[option.Name])))
        {
            Set(options, option, configuration[option.OtherName!], option.OtherName!);
        }
    }

    private void Set(object options, OptionProperty option, string? text, string path)
    {
        // Variables of a container can often be emptied but not removed; an empty number would stop the start for nothing.
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        if (option.TryParse(text, out var value))
        {
            option.Set(options, value);
        }
        else
        {
            _problems.Add($"{path} {option.WrongText(text)}");
        }
    }

    private TokenOptions ReadToken(IConfigurationSection section)
    {
        var token = new TokenOptions();
        RefuseText(section, "Sha256 and Scopes under it");
        Fill(token, section);
        return token;
    }

    private string[] Words(IConfigurationSection section)
    {
        var listed = section.GetChildren().ToList();
        listed.ForEach(RefuseParts);
        return [.. listed.Select(word => word.Value).Prepend(section.Value)
            .SelectMany(text => (text ?? "").Split(BetweenWords, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Distinct()];
    }

    private void RefuseText(IConfigurationSection section, string instead)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            _problems.Add($"{section.Path} takes no value itself, but {instead}.");
        }
    }

    private void RefuseParts(IConfigurationSection section) =>
        _problems.AddRange(section.GetChildren().Select(child => $"{child.Path} is not an option: {section.Path} is a single value."));

    // Only names are said, never what they were set to.
    private string Unknown(string name, IReadOnlyList<OptionProperty> siblings)
    {
        if (NearestName.To(name, siblings.Select(option => option.Name)) is { } near)
        {
            return $"is not an option: did you mean {near}?";
        }

        // It may be a right name in the wrong part; of the names beside it none was near.
        var elsewhere = Paths(_host, MeteringOptions.Section).ToList();
        return NearestName.To(name, elsewhere.Select(path => path[(path.LastIndexOf(':') + 1)..])) is { } far
            ? $"is not an option: did you mean {elsewhere.First(path => path.EndsWith(":" + far, StringComparison.Ordinal))}?"
            : "is not an option of this host; docs/options.md lists them.";
    }

    private static IEnumerable<string> Paths(Type options, string path) => OptionProperty.Of(options)
        .SelectMany(option => option.IsPart ? Paths(option.Type, $"{path}:{option.Name}") : [$"{path}:{option.Name}"]);
}
