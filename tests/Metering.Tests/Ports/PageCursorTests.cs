using System.Buffers.Text;
using System.Text;

namespace Metering.Tests.Ports;

public sealed class PageCursorTests
{
    [Theory]
    [InlineData("aü b")]
    [InlineData("")]
    public void A_cursor_leads_back_to_its_key(string key) => Assert.Equal(key, PageCursor.Read("list", PageCursor.After("list", key)));

    [Fact]
    public void A_cursor_leads_back_to_its_number() => Assert.Equal(42, PageCursor.ReadNumber("list", PageCursor.After("list", 42)));

    [Fact]
    public void A_cursor_of_the_longest_id_is_taken()
    {
        var id = new string('€', 256);

        Assert.Equal(id, PageCursor.Read("list", PageCursor.After("list", id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("bm8gbWFyaw")]
    public void What_is_no_cursor_is_refused(string cursor) => Assert.Throws<FormatException>(() => PageCursor.Read("list", cursor));

    [Fact]
    public void A_cursor_of_another_list_is_refused() =>
        Assert.Throws<FormatException>(() => PageCursor.Read("licenses of a", PageCursor.After("licenses of b", "lic_1")));

    [Fact]
    public void A_cursor_of_keys_is_none_of_numbers() =>
        Assert.Throws<FormatException>(() => PageCursor.ReadNumber("list", PageCursor.After("list", "one")));

    [Fact]
    public void Control_characters_are_in_no_key() =>
        Assert.Throws<FormatException>(() => PageCursor.Read("list", PageCursor.After("list", "a\0b")));

    [Fact]
    public void A_cursor_that_is_longer_than_any_is_refused()
    {
        var cursor = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new string('x', 5000)));

        Assert.Throws<FormatException>(() => PageCursor.Read("list", cursor));
    }
}
