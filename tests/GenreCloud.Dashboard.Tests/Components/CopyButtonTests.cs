using Bunit;
using GenreCloud.Dashboard.Components;

namespace GenreCloud.Dashboard.Tests.Components;

public sealed class CopyButtonTests : ComponentTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_says_whether_it_copied_and_shows_what_it_could_not(bool isLet)
    {
        JSInterop.SetupModule("/_content/GenreCloud.Dashboard/files.js").Setup<bool>("copy", "<b>text</b>").SetResult(isLet);
        var button = Render<CopyButton>(parameters => parameters.Add(b => b.Label, "Copy as curl").Add(b => b.Text, "<b>text</b>"));

        button.Find("button").Click();

        button.Find("button").TextContent.ShouldContain(isLet ? "Copied" : "Copy as curl");
        button.FindAll("pre").Select(text => text.TextContent).ShouldBe(isLet ? [] : ["<b>text</b>"]);
    }
}
