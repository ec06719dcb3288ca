using System.Globalization;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Metering.Rules;

/// <summary>Gives a test that bears a <see cref="RuleAttribute"/> the trait by which it is filtered.</summary>
public sealed class RuleDiscoverer : ITraitDiscoverer
{
    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute)
    {
        ArgumentNullException.ThrowIfNull(traitAttribute);
        var number = traitAttribute.GetConstructorArguments().Cast<int>().Single();
        yield return new KeyValuePair<string, string>("Rule", number.ToString(CultureInfo.InvariantCulture));
    }
}
