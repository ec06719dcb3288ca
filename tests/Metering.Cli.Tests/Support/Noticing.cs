namespace Metering.Cli.Tests.Support;

/// <summary>Takes what is written, and does something when a text has been.</summary>
public sealed class Noticing(string text, Action notice) : StringWriter
{
    private bool _isNoticed;

    public override void Write(string? value)
    {
        base.Write(value);
        Look();
    }

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        Look();
    }

    private void Look()
    {
        if (!_isNoticed && ToString().Contains(text, StringComparison.Ordinal))
        {
            _isNoticed = true;
            notice();
        }
    }
}
