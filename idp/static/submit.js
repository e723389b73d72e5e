// Presses the one button of a page that only passes an answer on (Form Post Response Mode §2).
document.getElementById("submit-at-once").submit();
