using System.Text;
using System.Text.Json;
using Metering.Tests.Support;

namespace Metering.Tests.Amounts;

[Rule(1)]
public sealed class AmountTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1", "1")]
    [InlineData("1.50", "1.5")]
    [InlineData("-2.25", "-2.25")]
    [InlineData("0.000000001", "0.000000001")]
    [InlineData("0.0000000010", "0.000000001")]
    [InlineData("999999999999999.999999999", "999999999999999.999999999")]
    [InlineData("1e3", "1000")]
    [InlineData("1E+3", "1000")]
    [InlineData("1.5e1", "15")]
    [InlineData("1e-9", "0.000000001")]
    [InlineData("123456789e-9", "0.123456789")]
    [InlineData("1e14", "100000000000000")]
    [InlineData("0e40", "0")]
    [InlineData("100e-2", "1")]
    public void An_amount_is_read_exactly(string text, string value)
    {
        Assert.True(Amount.TryParse(Encoding.ASCII.GetBytes(text), out var amount, out var problem));
        Assert.Null(problem);
        Assert.Equal(value, Amount.Format(amount));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1.2.3")]
    [InlineData("1e")]
    [InlineData("1e1.5")]
    [InlineData("1 ")]
    [InlineData("0x10")]
    [InlineData("1000000000000000")]
    [InlineData("1e15")]
    [InlineData("-1e15")]
    [InlineData("0.0000000001")]
    [InlineData("1e-10")]
    [InlineData("1.0000000001")]
    [InlineData("1e99999999999")]
    [InlineData("1e-2147483648")]
    public void What_is_no_amount_is_not_read(string text)
    {
        Assert.False(Amount.TryParse(Encoding.ASCII.GetBytes(text), out var amount, out var problem));
        Assert.Equal(0, amount);
        Assert.NotNull(problem);
    }

    [Fact]
    public void Four_hundred_digits_are_refused_and_not_rounded()
    {
        Assert.False(Amount.TryParse(Encoding.ASCII.GetBytes(new string('9', 400)), out _, out _));
        Assert.False(Amount.TryParse(Encoding.ASCII.GetBytes("0." + new string('1', 400)), out _, out _));
        Assert.False(Amount.TryParse(new string('1', 400), out _, out _));
    }

    [Fact]
    public void Leading_zeros_say_nothing()
    {
        Assert.True(Amount.TryParse("000000000000000000000000012.5", out var amount, out _));
        Assert.Equal(12.5m, amount);
    }

    [Fact]
    public void Every_digit_of_the_largest_amount_survives_text()
    {
        Assert.True(Amount.TryParse(Amount.Format(Amount.Max), out var again, out _));
        Assert.Equal(Amount.Max, again);
        Assert.Null(Amount.WhyNot(Amount.Max));
        Assert.NotNull(Amount.WhyNot(Amount.Max + 0.000000001m));
        Assert.NotNull(Amount.WhyNot(0.0000000001m));
        Assert.Null(Amount.WhyNot(1.0000000000m));
    }

    [Fact]
    public void A_total_keeps_nine_digits_after_the_point_to_the_end()
    {
        var most = Amount.MaxTotal - 0.000000001m;
        Assert.Equal(Amount.MaxTotal, most + 0.000000001m);
        Assert.NotEqual(Amount.MaxTotal, most);
    }

    [Fact]
    public void Trailing_zeros_are_not_written()
    {
        Assert.Equal("1.5", Amount.Format(1.5000m));
        Assert.Equal("100", Amount.Format(100m));
        Assert.Equal("0", Amount.Format(-0.000m));
    }

    [Fact]
    public void Json_that_is_no_amount_is_an_error_that_says_so()
    {
        var options = new JsonSerializerOptions { Converters = { new AmountJsonConverter() } };
        Assert.Equal(0.1m, JsonSerializer.Deserialize<decimal>("0.1", options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<decimal>("\"1\"", options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<decimal>("1e15", options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<decimal>(new string('7', 400), options));
    }

    [Fact]
    public void Every_amount_reads_back_as_it_was_written() => Samples.Check(
        "amounts",
        500,
        Samples.Amounts,
        amount =>
        {
            Assert.True(Amount.TryParse(Amount.Format(amount), out var again, out _));
            Assert.Equal(amount, again);
        });
}
