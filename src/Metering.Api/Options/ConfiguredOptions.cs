using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Metering.Api;

/// <summary>
/// Fills a host's options from the section <see cref="MeteringOptions.Section"/>, and says all that is wrong there at once: names that are
/// not known, values that are not of their kind, and what the annotations refuse.
/// </summary>
/// <remarks>
/// The framework's binder is not used: it throws at the first value that it cannot read, names the type and not what to write, and passes
/// over names that it does not know, so that a misspelt option has no effect and nobody notices.
/// </remarks>
internal sealed class ConfiguredOptions<T>(IConfiguration configuration) : IConfigureOptions<T>, IValidateOptions<T>
    where T : MeteringOptions, new()
{
    private const string Section = MeteringOptions.Section;

    public void Configure(T options) => new OptionsReading(configuration).Fill(options);

    public ValidateOptionsResult Validate(string? name, T options)
    {
        // Read again into nothing: what could not be read has left no trace in the options.
        var reading = new OptionsReading(configuration);
        reading.Fill(new T());
        List<string> problems = [.. reading.Problems];
        // On the options that the host will really have, so what code has set after the configuration is judged too.
        Check(Section, options, problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private void Check(string path, object options, List<string> problems)
    {
        foreach (var option in OptionProperty.Of(options.GetType()))
        {
            var value = option.Get(options);
            if (option.IsPart)
            {
                Check($"{path}:{option.Name}", value!, problems);
            }
            else if (value is IReadOnlyDictionary<string, TokenOptions> tokens)
            {
                foreach (var (key, token) in tokens)
                {
                    Check($"{path}:{option.Name}:{key}", token, problems);
                }
            }
            else if (option.WrongWith(value) is { } wrong)
            {
                problems.Add($"{NameGiven(path, option)} {wrong}");
            }
        }

        if (options is IValidatableObject whole)
        {
            problems.AddRange(
                whole.Validate(new ValidationContext(options)).Select(wrong => $"{path}:{wrong.MemberNames.First()} {wrong.ErrorMessage}"));
        }
    }

    // The name by which the value came, so that an operator finds it.
    private string NameGiven(string path, OptionProperty option) =>
        option.OtherName is { } other && string.IsNullOrEmpty(configuration[$"{path}:{option.Name}"])
            && !string.IsNullOrEmpty(configuration[other])
            ? other
            : $"{path}:{option.Name}";
}
