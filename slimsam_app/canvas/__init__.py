"""The picture and everything drawn over it: view, layers, tools. Shows and asks; changes no project."""
