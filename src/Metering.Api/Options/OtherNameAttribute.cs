namespace Metering.Api;

/// <summary>Another key of the configuration, outside of the section, that gives an option where the section does not.</summary>
/// <param name="key">The key, such as the name of an environment variable.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OtherNameAttribute(string key) : Attribute
{
    /// <summary>With colons between its parts, from the root of the configuration.</summary>
    public string Key { get; } = key;
}
